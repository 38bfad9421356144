//! Files and folders that nobody but their owner reads: the database, mails, exports.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

/// Makes a folder and those around it, if they are not there. What is there stays as it is.
///
/// # Errors
/// If it cannot be made.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file to be written, and makes it if it is not there; `emptied`: what it holds is thrown away.
///
/// # Errors
/// If it cannot be opened.
pub fn file(path: &Path, emptied: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(emptied);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A file that is removed when this is dropped, unless it was moved to its place.
pub struct Temporary(Option<PathBuf>);

impl Temporary {
    /// An empty one beside another file, under a name that nothing has yet.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let temporary = beside(path, &format!(".{}.part", uuid::Uuid::now_v7().simple()));
        file(&temporary, true)?;
        Ok(Self(Some(temporary)))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Moves it to its place, in the same folder, and waits until the disk has it.
    ///
    /// # Errors
    /// If it cannot be moved.
    pub fn persist(mut self, to: &Path) -> io::Result<()> {
        File::open(self.path())?.sync_all()?;
        std::fs::rename(self.path(), to)?;
        self.0 = None;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A folder cannot be opened everywhere; where it can, the new name is on the disk too.
        File::open(folder).map_or(Ok(()), |folder| folder.sync_all())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A path beside another one: its name with an addition.
pub fn beside(path: &Path, addition: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(addition);
    name.into()
}
