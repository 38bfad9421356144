//! What is asked about flags and settings.

use super::{Setting, SettingValue, Values};
use crate::{authz::permits, configs::Config, products::Product};

permits! {
    /// See the settings of a config.
    ReadSettings: ProductRead on Config;
    /// Evaluate the settings of a config for a user who is made up.
    TrySettings: ProductRead on Config, reads only;
    /// See a setting.
    ReadSetting: ProductRead on Setting;
    /// See which settings of a product nobody changes any more.
    ReadStale: ProductRead on Product;
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
    /// Check a value while it is written; that one may change it is decided for its environment.
    CheckValue: ProductRead on Setting, reads only;
    /// Change the value of a setting in an environment.
    WriteValue: ValueWrite on SettingValue;
    /// See the values of a config in an environment.
    ReadValues: ValueRead on Values;
    /// Change the values of a config in an environment.
    WriteValues: ValueWrite on Values;
}
