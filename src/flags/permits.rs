//! What is asked about flags and settings.

use super::{Setting, SettingValue};
use crate::{authz::permits, configs::Config};

permits! {
    /// See the settings of a config.
    ReadSettings: ProductRead on Config;
    /// See a setting.
    ReadSetting: ProductRead on Setting;
    /// Create a setting.
    CreateSetting: SettingWrite on Config;
    /// Change a setting, its place and its predefined variations.
    ChangeSetting: SettingWrite on Setting;
    /// Tag settings of a config.
    TagSettings: SettingTag on Config;
    /// Change the tags of a setting.
    TagSetting: SettingTag on Setting;
    /// Delete a setting.
    DeleteSetting: SettingDelete on Setting;
    /// See the value of a setting in an environment, and its history.
    ReadValue: ValueRead on SettingValue;
    /// Change the value of a setting in an environment.
    WriteValue: ValueWrite on SettingValue;
}
