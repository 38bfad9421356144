//! The file of a backup: a tar archive with the database, the mails that went to files, and a list that comes last. An archive that was cut
//! off has no list; the list's hash shows whether the database is the one that was put in.

use std::{
    fs::File,
    io::{self, Read, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, Header};

use crate::{
    clock::Time,
    db,
    error::{Error, Result},
    files::{self, Temporary},
};

/// What it is made of may change; this says how.
const FORMAT: u32 = 1;
const DATABASE: &str = "burgee.db";
const MAILS: &str = "mails/";
const LIST: &str = "backup.json";

/// What an archive says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// How the archive is made.
    pub format: u32,
    /// The version of Burgee that made it.
    pub version: String,
    /// When it was made.
    pub made_at: Time,
    /// SHA-256 of the database, in hexadecimal digits.
    pub database: String,
    /// How many mails are in it.
    pub mails: u64,
}

/// Writes the database and the mails of an instance, which may be running, into an archive. One that is there is replaced when the new one is whole.
///
/// # Errors
/// If something cannot be read or written.
pub fn write(database: &Path, mails: Option<&Path>, to: &Path, now: Time) -> Result<List> {
    let failed = |error: io::Error| Error::internal(format!("the backup {} cannot be written: {error}", to.display()));
    let copy = Temporary::beside(to).map_err(failed)?;
    db::copy(database, copy.path())?;
    let archive = Temporary::beside(to).map_err(failed)?;
    let written = || {
        let mut builder = Builder::new(io::BufWriter::new(files::file(archive.path(), true)?));
        let mut file = File::open(copy.path())?;
        let size = file.metadata()?.len();
        let mut hashed = Hashed::of(&mut file);
        builder.append_data(&mut header(size, now), DATABASE, &mut hashed)?;
        let mut list = List { format: FORMAT, version: env!("CARGO_PKG_VERSION").into(), made_at: now, database: hashed.hex(), mails: 0 };
        for entry in mails.filter(|folder| folder.exists()).map(std::fs::read_dir).transpose()?.into_iter().flatten() {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().filter(|name| is_mail(name)).map(str::to_owned) else { continue };
            // Whole in memory: one that is being written meanwhile may still grow.
            let bytes = std::fs::read(entry.path())?;
            builder.append_data(&mut header(bytes.len() as u64, now), format!("{MAILS}{name}"), bytes.as_slice())?;
            list.mails += 1;
        }
        let text = serde_json::to_vec_pretty(&list)?;
        builder.append_data(&mut header(text.len() as u64, now), LIST, text.as_slice())?;
        builder.into_inner()?.flush()?;
        Ok(list)
    };
    let list = written().map_err(failed)?;
    archive.persist(to).map_err(failed)?;
    Ok(list)
}

/// Reads the database out of an archive into a file.
///
/// # Errors
/// `not_a_backup` with the reason.
pub fn read_database(from: &Path, to: &Path) -> Result<List> {
    let refused = |why: &str| Error::refused("not_a_backup", format!("{} is not restored: {why}", from.display()));
    let unreadable = |error: io::Error| refused(&format!("it cannot be read as a backup of Burgee ({error})."));
    let mut archive = Archive::new(File::open(from).map_err(unreadable)?);
    let (mut database, mut list, mut mails) = (None, None, 0);
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = entry.path().map_err(unreadable)?.to_string_lossy().into_owned();
        match name.as_str() {
            DATABASE => {
                let mut hashed = Hashed::of(&mut entry);
                let copied = files::file(to, true).and_then(|mut file| io::copy(&mut hashed, &mut file).and_then(|_| file.sync_all()));
                copied.map_err(unreadable)?;
                database = Some(hashed.hex());
            }
            LIST => {
                let read: List = serde_json::from_reader(&mut entry).map_err(|error| unreadable(error.into()))?;
                list = Some(read);
            }
            name if mail_name(name).is_some() => mails += 1,
            name => return Err(refused(&format!("it holds {name}, which this version of Burgee does not know."))),
        }
    }
    let Some(list) = list else { return Err(refused("it is not whole: its end is missing.")) };
    match database {
        _ if list.format != FORMAT => Err(refused("it was made by another version of Burgee.")),
        Some(hash) if hash == list.database && mails == list.mails => Ok(list),
        _ => Err(refused("what is in it is not what was put in: it was altered or is damaged.")),
    }
}

/// Reads the mails out of an archive into their folder. Those that are there stay as they are.
///
/// # Errors
/// If one cannot be written.
pub fn read_mails(from: &Path, folder: &Path) -> Result<()> {
    let copied = || {
        files::folder(folder)?;
        let mut archive = Archive::new(File::open(from)?);
        for entry in archive.entries()? {
            let mut entry = entry?;
            let name = entry.path()?.to_string_lossy().into_owned();
            if let Some(to) = mail_name(&name).map(|name| folder.join(name)).filter(|to| !to.exists()) {
                io::copy(&mut entry, &mut files::file(&to, true)?)?;
            }
        }
        Ok(())
    };
    copied().map_err(|error: io::Error| Error::internal(format!("the mails cannot be written to {}: {error}", folder.display())))
}

fn header(size: u64, now: Time) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime((now.0 / 1000).unsigned_abs());
    header
}

/// A plain file name, so that nothing is ever written outside the folder.
fn is_mail(name: &str) -> bool {
    name.ends_with(".eml") && !name.contains(['/', '\\']) && !name.starts_with('.')
}

fn mail_name(path: &str) -> Option<&str> {
    path.strip_prefix(MAILS).filter(|name| is_mail(name))
}

/// Hashes what is read through it.
struct Hashed<'a> {
    inner: &'a mut dyn Read,
    sha: Sha256,
}

impl<'a> Hashed<'a> {
    fn of(inner: &'a mut dyn Read) -> Self {
        Self { inner, sha: Sha256::new() }
    }

    fn hex(self) -> String {
        self.sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.sha.update(&buffer[..count]);
        Ok(count)
    }
}
