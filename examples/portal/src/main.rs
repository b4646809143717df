//! Starts the portal: settings, logs, a socket, and an end in good order.
//!
//! `cargo run -p portal`, then open the address that it prints.

use std::{error::Error, future, net::SocketAddr, process::ExitCode, time::Duration};

use login_runtime::SystemClock;
use portal::{Config, Portal};
use tokio::{net::TcpListener, sync::oneshot, time::timeout};

/// How long requests may still take after the portal was told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portal: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let config = Config::from_env()?;
    let logs = tracing_subscriber::fmt().with_writer(std::io::stderr);
    match config.json_logs {
        true => logs.json().init(),
        false => logs.init(),
    }
    let listener = TcpListener::bind(&config.listen).await.map_err(|error| {
        format!(
            "LISTEN: `{}` cannot be listened on ({error}); set it to an address and a port such as \
             127.0.0.1:3000, or port 0 for a free one",
            config.listen
        )
    })?;
    let config = config.listening_on(listener.local_addr()?);
    if config.secret_is_new {
        println!("SECRET is not set: logins and links in mails end with this process");
    }
    let portal = Portal::start(&config, SystemClock).await?;
    println!("{}", portal.how_to_log_in);
    println!("listening on {}", config.origin);

    let (stopping, stopped) = oneshot::channel();
    let signal = async {
        asked_to_stop().await;
        tracing::info!("stopping");
        let _ = stopping.send(());
    };
    let service = portal
        .router
        .into_make_service_with_connect_info::<SocketAddr>();
    let serve = axum::serve(listener, service).with_graceful_shutdown(signal);
    let out_of_patience = async {
        match stopped.await {
            Ok(()) => tokio::time::sleep(PATIENCE).await,
            // It has stopped of its own accord.
            Err(_) => future::pending().await,
        }
    };
    tokio::select! {
        served = serve => served?,
        () = out_of_patience => tracing::warn!("requests were cut off"),
    }
    // Mail and events that wait are still delivered.
    if timeout(PATIENCE, portal.background.finish()).await.is_err() {
        tracing::warn!("mail or events were lost");
    }
    Ok(())
}

/// Ctrl-C, or what service managers send.
async fn asked_to_stop() {
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
