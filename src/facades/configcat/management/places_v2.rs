//! What parts of values of the second generation are called, where something is wrong with them.

/// A place in a formula with so many rules, as it is named here.
pub fn place(field: &str, rules: usize) -> Option<String> {
    let parts: Vec<&str> = field.split('.').collect();
    let last = rules.saturating_sub(1);
    let named = match parts.as_slice() {
        ["default"] => "defaultValue".to_owned(),
        ["percentage_attribute"] => "percentageEvaluationAttribute".to_owned(),
        ["split", rest @ ..] => format!("targetingRules[{last}].{}", share(rest)),
        ["rule", at] => format!("targetingRules[{at}]"),
        ["rule", at, "value"] => format!("targetingRules[{at}].Value"),
        ["rule", at, "split", rest @ ..] => format!("targetingRules[{at}].{}", share(rest)),
        ["rule", at, "condition", number, rest @ ..] => {
            let rest = match rest {
                ["attribute"] => ".UserCondition.ComparisonAttribute",
                ["values"] => ".UserCondition.ComparisonValue",
                ["comparator"] => ".UserCondition.Comparator",
                ["segment"] => ".SegmentCondition.SegmentId",
                ["segment_comparator"] => ".SegmentCondition.Comparator",
                ["flag"] => ".PrerequisiteFlagCondition.PrerequisiteSettingId",
                ["flag_comparator"] => ".PrerequisiteFlagCondition.Comparator",
                ["value"] => ".PrerequisiteFlagCondition.PrerequisiteComparisonValue",
                _ => "",
            };
            format!("targetingRules[{at}].Conditions[{number}]{rest}")
        }
        _ => return None,
    };
    Some(named)
}

fn share(rest: &[&str]) -> String {
    match rest {
        [] => "PercentageOptions".to_owned(),
        [at, "percent"] => format!("PercentageOptions[{at}].Percentage"),
        [at, ..] => format!("PercentageOptions[{at}].Value"),
    }
}
