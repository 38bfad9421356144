//! What a product is made of when it begins: environments, configs, permission groups. They are put into it here because a new product comes
//! with some of each; what happens to them later is the business of their own features.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    authz::{Access, GROUP_PERMISSIONS, Heading, Reach, Switches},
    error::{Error, Fields, Result},
    ids::EnvironmentId,
    text::{Name, Prose},
};

/// The longest name of an environment, a config, a tag, a segment.
pub const LONGEST_NAME: usize = 255;
/// The longest description.
pub const LONGEST_TEXT: usize = 1000;

/// An environment that is to be.
#[derive(Clone, Debug)]
pub struct NewEnvironment {
    /// Its name.
    pub name: Name,
    /// Its colour: one of the six of the pages, or any that a program gives.
    pub color: Option<Prose>,
    /// What it is.
    pub description: Option<Prose>,
    /// Its place; the last if not said.
    pub position: Option<i64>,
    /// Whether every change of a value in it needs a note.
    pub note_required: bool,
}

impl NewEnvironment {
    /// Reads what was sent. What is absent stays absent, and what is empty stays empty.
    pub fn parse(name: &str, color: Option<&str>, description: Option<&str>) -> Result<Self> {
        let mut fields = Fields::default();
        let name = fields.take("name", Name::up_to(LONGEST_NAME, name));
        let color = color.and_then(|color| fields.take("color", Prose::up_to(LONGEST_NAME, color)));
        let description = description.and_then(|text| fields.take("description", Prose::up_to(LONGEST_TEXT, text)));
        match name {
            Some(name) if fields.0.is_empty() => Ok(Self { name, color, description, position: None, note_required: false }),
            _ => Err(fields.into()),
        }
    }
}

/// The generation of a config's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationVersion {
    /// What the first generation of programs understands.
    V1 = 1,
    /// Everything.
    V2 = 2,
}

impl EvaluationVersion {
    /// As programs and forms write it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }

    /// Reads it, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::V1, Self::V2].into_iter().find(|version| version.wire().eq_ignore_ascii_case(text.trim()))
    }

    /// As it is stored.
    pub const fn stored(self) -> i64 {
        self as i64
    }
}

/// A config that is to be.
#[derive(Clone, Debug)]
pub struct NewConfig {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub description: Option<Prose>,
    /// Its place; the last if not said.
    pub position: Option<i64>,
    /// The generation of its rules.
    pub version: EvaluationVersion,
}

impl NewConfig {
    /// Reads what was sent.
    pub fn parse(name: &str, description: Option<&str>, version: &str) -> Result<Self> {
        let mut fields = Fields::default();
        let name = fields.take("name", Name::up_to(LONGEST_NAME, name));
        let description = description.and_then(|text| fields.take("description", Prose::up_to(LONGEST_TEXT, text)));
        let version = fields.take("evaluation_version", EvaluationVersion::parse(version).ok_or("Please choose v1 or v2."));
        match (name, version) {
            (Some(name), Some(version)) if fields.0.is_empty() => Ok(Self { name, description, position: None, version }),
            _ => Err(fields.into()),
        }
    }
}

/// A permission group that is to be.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its name.
    pub name: Name,
    /// Its switches.
    pub switches: Switches,
    /// To which environments it gives access.
    pub reach: Reach,
    /// The level in environments that are created later.
    pub new_environments: Access,
    /// The level in each environment, where the reach is by environment.
    pub environments: Vec<(EnvironmentId, Access)>,
}

impl NewGroup {
    /// Everything, everywhere.
    pub fn administrators() -> Result<Self> {
        Self::everywhere("Administrators", Switches::all())
    }

    /// The values of every environment, and nothing else.
    pub fn product_manager() -> Result<Self> {
        Self::everywhere("Product Manager", Switches::default())
    }

    /// What there is in the product; the values of every environment but production, which is to be seen only.
    pub fn developer(environments: &[EnvironmentId], production: EnvironmentId) -> Result<Self> {
        let resources = GROUP_PERMISSIONS.iter().filter(|switch| switch.heading == Heading::ManageResources);
        let level = |id: EnvironmentId| if id == production { Access::ReadOnly } else { Access::Full };
        Ok(Self {
            switches: Switches(resources.map(|switch| switch.permission).collect()),
            reach: Reach::Custom,
            environments: environments.iter().map(|id| (*id, level(*id))).collect(),
            ..Self::everywhere("Developer", Switches::default())?
        })
    }

    fn everywhere(name: &str, switches: Switches) -> Result<Self> {
        let name = Name::parse(name).map_err(Error::internal)?;
        Ok(Self { name, switches, reach: Reach::Full, new_environments: Access::Full, environments: vec![] })
    }
}

/// Reads the note of a change, where one may be mandatory.
///
/// # Errors
/// At the field `note` if it is mandatory and empty, or too long.
pub fn read_note(required: bool, text: &str) -> Result<Option<String>> {
    let note = Prose::up_to(LONGEST_TEXT, text.trim()).map_err(|why| Error::field("note", why))?;
    match note.as_str() {
        "" if required => Err(Error::field("note", "Reason required: please say why.")),
        "" => Ok(None),
        note => Ok(Some(note.to_owned())),
    }
}

/// What the sensitive comparison values of a config's files are hashed with.
pub fn fresh_salt() -> String {
    STANDARD.encode(rand::random::<[u8; 32]>())
}
