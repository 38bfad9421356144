//! Code samples: what somebody types to read a first flag. Names and addresses of the SDKs are those of their makers.

/// An SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sdk {
    /// The value of `?sdk=`.
    pub id: &'static str,
    /// Its name on a tab.
    pub name: &'static str,
    /// How it is installed.
    pub install: &'static str,
    code: &'static str,
}

const fn sdk(id: &'static str, name: &'static str, install: &'static str, code: &'static str) -> Sdk {
    Sdk { id, name, install, code }
}

/// All of them, in the order of the tabs. `KEY`, `URL` and `FLAG` are filled in.
pub const SDKS: &[Sdk] = &[
    sdk(
        "js",
        "JavaScript",
        "npm install @configcat/sdk",
        "import * as configcat from '@configcat/sdk';

const client = configcat.getClient('KEY', configcat.PollingMode.AutoPoll, {
  baseUrl: 'URL',
});

const value = await client.getValueAsync('FLAG', false, {
  identifier: 'user-1',
});",
    ),
    sdk(
        "python",
        "Python",
        "pip install configcat-client",
        "import configcatclient
from configcatclient import ConfigCatOptions
from configcatclient.user import User

client = configcatclient.get('KEY', ConfigCatOptions(base_url='URL'))

value = client.get_value('FLAG', False, User('user-1'))",
    ),
    sdk(
        "go",
        "Go",
        "go get github.com/configcat/go-sdk/v9",
        "client := configcat.NewCustomClient(configcat.Config{
    SDKKey:  \"KEY\",
    BaseURL: \"URL\",
})

value := client.GetBoolValue(\"FLAG\", false, &configcat.UserData{Identifier: \"user-1\"})",
    ),
    sdk(
        "rust",
        "Rust",
        "cargo add configcat",
        "use configcat::{Client, User};

let client = Client::builder(\"KEY\").base_url(\"URL\").build()?;

let value = client.get_value(\"FLAG\", false, Some(User::new(\"user-1\"))).await;",
    ),
    sdk(
        "java",
        "Java",
        "implementation(\"com.configcat:configcat-java-client:[9,)\")",
        "ConfigCatClient client = ConfigCatClient.get(\"KEY\", options -> {
    options.baseUrl(\"URL\");
});

boolean value = client.getValue(Boolean.class, \"FLAG\", User.newBuilder().build(\"user-1\"), false);",
    ),
    sdk(
        "kotlin",
        "Kotlin",
        "implementation(\"com.configcat:configcat-kotlin-client:[4,)\")",
        "val client = ConfigCatClient(\"KEY\") {
    baseUrl = \"URL\"
}

val value = client.getValue(\"FLAG\", false, ConfigCatUser(\"user-1\"))",
    ),
    sdk(
        "dotnet",
        ".NET",
        "dotnet add package ConfigCat.Client",
        "var client = ConfigCatClient.Get(\"KEY\", options =>
{
    options.BaseUrl = new Uri(\"URL\");
});

var value = await client.GetValueAsync(\"FLAG\", false, new User(\"user-1\"));",
    ),
    sdk(
        "swift",
        "Swift",
        "https://github.com/configcat/swift-sdk",
        "let client = ConfigCatClient.get(sdkKey: \"KEY\") { options in
    options.baseUrl = \"URL\"
}

let value = await client.getValue(for: \"FLAG\", defaultValue: false, user: ConfigCatUser(identifier: \"user-1\"))",
    ),
    sdk(
        "dart",
        "Dart",
        "dart pub add configcat_client",
        "final client = ConfigCatClient.get(
  sdkKey: 'KEY',
  options: ConfigCatOptions(baseUrl: 'URL'),
);

final value = await client.getValue(
  key: 'FLAG',
  defaultValue: false,
  user: ConfigCatUser(identifier: 'user-1'),
);",
    ),
    sdk(
        "php",
        "PHP",
        "composer require configcat/configcat-client",
        "$client = new \\ConfigCat\\ConfigCatClient('KEY', [
    \\ConfigCat\\ClientOptions::BASE_URL => 'URL',
]);

$value = $client->getValue('FLAG', false, new \\ConfigCat\\User('user-1'));",
    ),
    sdk(
        "ruby",
        "Ruby",
        "gem install configcat",
        "require 'configcat'

client = ConfigCat.get('KEY', ConfigCat::ConfigCatOptions.new(base_url: 'URL'))

value = client.get_value('FLAG', false, ConfigCat::User.new('user-1'))",
    ),
    sdk(
        "cpp",
        "C++",
        "vcpkg install configcat",
        "#include <configcat/configcat.h>
using namespace configcat;

ConfigCatOptions options;
options.baseUrl = \"URL\";
auto client = ConfigCatClient::get(\"KEY\", &options);

auto user = ConfigCatUser::create(\"user-1\");
bool value = client->getValue(\"FLAG\", false, user);",
    ),
    sdk(
        "elixir",
        "Elixir",
        "{:configcat, \"~> 4.0\"}",
        "# among the children of the supervisor
{ConfigCat, [sdk_key: \"KEY\", base_url: \"URL\"]}

# wherever the flag is asked for
value = ConfigCat.get_value(\"FLAG\", false, ConfigCat.User.new(\"user-1\"))",
    ),
    sdk(
        "openfeature",
        "OpenFeature",
        "npm install @openfeature/server-sdk @openfeature/ofrep-provider",
        "import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

await OpenFeature.setProviderAndWait(new OFREPProvider({
  baseUrl: 'URL',
  headers: [['Authorization', 'Bearer KEY']],
}));

const client = OpenFeature.getClient();
const value = await client.getBooleanValue('FLAG', false, { targetingKey: 'user-1' });",
    ),
    sdk("curl", "HTTP", "", "curl URL/configuration-files/KEY/config_v6.json"),
];

/// The sample of an SDK, with key, base URL and a flag filled in.
pub fn sample(sdk: &Sdk, key: &str, base_url: &str, flag: &str) -> String {
    // What is filled in may look like a place to be filled in.
    let places = [("KEY", '\u{E000}', key), ("URL", '\u{E001}', base_url.trim_end_matches('/')), ("FLAG", '\u{E002}', flag)];
    let marked = places.iter().fold(sdk.code.to_owned(), |code, (name, mark, _)| code.replace(name, mark.encode_utf8(&mut [0; 4])));
    marked.chars().fold(String::new(), |mut code, char| {
        match places.iter().find(|(_, mark, _)| *mark == char) {
            Some((_, _, filled)) => code.push_str(filled),
            None => code.push(char),
        }
        code
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_names_key_and_address() {
        for sdk in SDKS {
            let text = sample(sdk, "configcat-sdk-1/a/b", "https://burgee.example/", "newCheckout");
            assert!(text.contains("configcat-sdk-1/a/b") && text.contains("https://burgee.example"), "{}", sdk.name);
            let odd = sample(sdk, "URL/FLAG", "https://KEY.example", "SHOW_KEY_URL");
            assert!(odd.contains("URL/FLAG") && odd.contains("https://KEY.example"), "{}", sdk.name);
            assert!(odd.contains("SHOW_KEY_URL") || sdk.id == "curl", "{odd}");
        }
    }
}
