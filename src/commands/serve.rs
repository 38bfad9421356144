//! `burgee serve`: the server.

use std::{io::Write as _, process::ExitCode, time::Duration};

use clap::Command;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    app,
    audit::Way,
    authn::throttle::Throttle,
    authz::{App, Mint},
    clock::Clock,
    config::{Config, MailTarget},
    error::{Error, Result},
    listen, sdk_keys,
};

/// How long requests that are under way may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

pub fn command() -> Command {
    Command::new("serve").about("Serve Burgee").after_help(
        "Examples:\n  burgee serve\n  burgee serve --listen 0.0.0.0:8080 --public-url https://burgee.example\n  \
         BURGEE_MAIL='smtp://mail.example:587?tls=required' burgee serve\n  BURGEE_DATABASE_URL=postgres://burgee@db.example/burgee burgee serve",
    )
}

pub async fn run(config: Config) -> Result<ExitCode> {
    super::log_to_stderr(&config);
    serve(config, Clock::System, async |_| Ok(())).await
}

/// Serves an instance that `prepare` has filled, until somebody asks to stop.
pub async fn serve(mut config: Config, clock: Clock, prepare: impl AsyncFnOnce(&App) -> Result<()>) -> Result<ExitCode> {
    config.limits.connections = listen::make_room(config.limits.connections);
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.map_err(|error| Error::internal(format!("cannot listen on {}: {error}", config.listen)))?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let mail = match &config.mail {
        MailTarget::Off => "off: only people with an account can be invited".to_owned(),
        MailTarget::Files(folder) => format!("files in {}, which administrators can read", folder.display()),
        MailTarget::Smtp(_) => "sent by the mail server".to_owned(),
    };
    let public_url = config.public_url.clone();
    let app = App::open(config, clock, Throttle::new(false)).await?;
    prepare(&app).await?;

    println!("Burgee listens on {address}.");
    println!("  Open   {public_url}");
    println!("  Mail   {mail}");
    if let Some(link) = crate::people::setup_link(&app).await? {
        println!("\nNobody has an account yet. Make yourself the administrator with this link, which works once:\n\n  {link}\n");
    }
    let _ = std::io::stdout().flush();

    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(app::jobs().work(app.clone(), stopped.clone()));
    let background = tokio::spawn(app::background(app.clone()));
    let mut draining = stopped.clone();
    let server = tokio::spawn(listen::serve(listener, app.clone(), async move {
        let _ = draining.wait_for(|stop| *stop).await;
    }));

    asked_to_stop().await;
    println!("Burgee finishes what is under way and stops.");
    let _ = stop.send(true);
    // Streams have no end of their own.
    app.bus.stop();
    let drained = async {
        let _ = server.await;
        let _ = worker.await;
        let _ = background.await;
        if let Err(error) = sdk_keys::note_uses(Mint::new(&app, Way::System)).await {
            tracing::warn!(%error, "how often keys were used within the last minute is lost");
        }
    };
    if tokio::time::timeout(GRACE, drained).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
    app.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
