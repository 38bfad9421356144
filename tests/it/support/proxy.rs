//! nginx before a server, configured by the example that we ship, with a certificate that only the browsers of the tests accept.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use super::{SECURE_HOST, folder};

const EXAMPLE: &str = include_str!("../../../deploy/nginx.conf");

/// A running nginx. It ends with this value.
pub struct Proxy {
    /// The port of 127.0.0.1 at which it speaks https.
    pub port: u16,
    folder: PathBuf,
    nginx: Child,
}

impl Proxy {
    /// Passes what it is asked on to this port of 127.0.0.1.
    pub async fn before(server: u16) -> Self {
        let program = std::env::var("BURGEE_TEST_NGINX").expect("BURGEE_TEST_NGINX names a proxy: run `make test`");
        let folder = folder();
        fs::create_dir_all(&folder).unwrap();
        let certificate = rcgen::generate_simple_self_signed([SECURE_HOST.to_owned()]).unwrap();
        let (chain, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        fs::write(&chain, certificate.cert.pem()).unwrap();
        fs::write(&key, certificate.signing_key.serialize_pem()).unwrap();
        let (port, redirect) = (free_port(), free_port());
        let site = [
            ("server 127.0.0.1:8080;", format!("server 127.0.0.1:{server};")),
            ("listen 80;", format!("listen 127.0.0.1:{redirect};")),
            ("listen [::]:80;", String::new()),
            ("listen 443 ssl http2;", format!("listen 127.0.0.1:{port} ssl http2;")),
            ("listen [::]:443 ssl http2;", String::new()),
            ("/etc/letsencrypt/live/burgee.example.com/fullchain.pem", chain.display().to_string()),
            ("/etc/letsencrypt/live/burgee.example.com/privkey.pem", key.display().to_string()),
            ("burgee.example.com", SECURE_HOST.to_owned()),
        ];
        let site = site.iter().fold(EXAMPLE.to_owned(), |site, (from, to)| {
            assert!(site.contains(from), "the example no longer says {from}");
            site.replace(from, to)
        });
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {kind};")).concat();
        let main = format!(
            "daemon off; master_process off; pid pid; error_log error.log; events {{}} http {{ access_log off; {temporary} {site} }}"
        );
        fs::write(folder.join("nginx.conf"), main).unwrap();
        let mut command = Command::new(program);
        command.arg("-p").arg(&folder).args(["-c", "nginx.conf", "-e", "error.log"]).stdin(Stdio::null()).stderr(Stdio::null());
        let proxy = Self { port, folder, nginx: command.spawn().unwrap() };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return proxy;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nginx did not start: {}", fs::read_to_string(proxy.folder.join("error.log")).unwrap_or_default());
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
