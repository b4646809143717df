//! Mail, to a folder or by a server.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
};

use tokio::{fs, io::AsyncWriteExt, sync::mpsc};

/// A letter to one person.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: &'static str,
    pub(crate) text: String,
}

/// Where pages put mail. They do not wait for its delivery: how long a page takes tells nobody whether
/// there was somebody to write to.
#[derive(Clone, Debug)]
pub(crate) struct Outbox(pub(crate) mpsc::Sender<Mail>);

impl Outbox {
    pub(crate) fn send(&self, mail: Mail) {
        if let Err(error) = self.0.try_send(mail) {
            tracing::error!(%error, "a mail is lost: too many wait");
        }
    }
}

/// How mail goes out.
pub(crate) enum Post {
    Folder {
        folder: PathBuf,
        from: String,
        number: u64,
    },
    #[cfg(feature = "smtp")]
    Server {
        server: lettre::AsyncSmtpTransport<lettre::Tokio1Executor>,
        from: Box<lettre::message::Mailbox>,
    },
}

impl Post {
    /// By a server where the setting is the address of one, otherwise to the folder that it names.
    pub(crate) async fn open(to: &str, from: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        if to.starts_with("smtp:") || to.starts_with("smtps:") {
            #[cfg(feature = "smtp")]
            return Ok(Self::Server {
                server: lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(to)?.build(),
                from: Box::new(from.parse()?),
            });
            #[cfg(not(feature = "smtp"))]
            return Err("sending by a server takes the feature `smtp`".into());
        }
        fs::create_dir_all(to).await?;
        Ok(Self::Folder {
            folder: to.into(),
            from: from.to_owned(),
            number: 0,
        })
    }

    /// Delivers what comes, until nobody is left who would send.
    pub(crate) async fn deliver(mut self, mut mails: mpsc::Receiver<Mail>) {
        while let Some(mail) = mails.recv().await {
            match self.deliver_one(&mail).await {
                Ok(()) => tracing::info!(subject = mail.subject, "a mail went out"),
                // A server's reply may quote the address, which is not for the log of the portal.
                Err(_) => tracing::error!(
                    subject = mail.subject,
                    "a mail is lost; the mail server knows why"
                ),
            }
        }
    }

    async fn deliver_one(&mut self, mail: &Mail) -> Result<(), Box<dyn Error + Send + Sync>> {
        match self {
            Self::Folder {
                folder,
                from,
                number,
            } => {
                let Mail { to, subject, text } = mail;
                let text = format!("From: {from}\nTo: {to}\nSubject: {subject}\n\n{text}\n");
                write_new(folder, number, text.as_bytes()).await?;
            }
            #[cfg(feature = "smtp")]
            Self::Server { server, from } => {
                let message = lettre::Message::builder()
                    .from(lettre::message::Mailbox::clone(from))
                    .to(mail.to.parse()?)
                    .subject(mail.subject)
                    .header(lettre::message::header::ContentType::TEXT_PLAIN)
                    .body(mail.text.clone())?;
                lettre::AsyncTransport::send(server, message).await?;
            }
        }
        Ok(())
    }
}

/// Writes the first file of `0001.txt`, `0002.txt`, … that is not there.
async fn write_new(folder: &Path, number: &mut u64, text: &[u8]) -> io::Result<()> {
    loop {
        *number += 1;
        let path = folder.join(format!("{number:04}.txt"));
        let mut options = fs::OpenOptions::new();
        match options.write(true).create_new(true).open(path).await {
            Ok(mut file) => {
                file.write_all(text).await?;
                return file.flush().await;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(all(test, feature = "smtp"))]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
        thread,
    };

    use super::*;

    /// A mail server that takes one letter, and gives it.
    fn server() -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let takes = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a connection");
            let mut say = stream.try_clone().expect("a second handle");
            say.write_all(b"220 ready\r\n").expect("a greeting");
            let mut letter = String::new();
            let mut in_letter = false;
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let answer = match &*line {
                    "." => {
                        in_letter = false;
                        "250 taken"
                    }
                    _ if in_letter => {
                        letter.push_str(&line);
                        letter.push('\n');
                        continue;
                    }
                    "DATA" => {
                        in_letter = true;
                        "354 go on"
                    }
                    "QUIT" => break,
                    _ => {
                        letter.push_str(&line);
                        letter.push('\n');
                        "250 fine"
                    }
                };
                let _ = write!(say, "{answer}\r\n");
                if answer == "250 taken" {
                    break;
                }
            }
            letter
        });
        (format!("smtp://{address}"), takes)
    }

    #[tokio::test]
    async fn mail_goes_out_by_a_server() {
        let (address, takes) = server();
        let post = Post::open(&address, "Portal <portal@example.com>").await;
        let (sender, mails) = mpsc::channel(1);
        Outbox(sender).send(Mail {
            to: "ada@example.com".to_owned(),
            subject: "A new password",
            text: "http://portal.example/reset/token".to_owned(),
        });
        post.expect("a way out").deliver(mails).await;
        let letter = takes.join().expect("a letter");
        for expected in [
            "MAIL FROM:<portal@example.com>",
            "RCPT TO:<ada@example.com>",
            "Subject: A new password",
            "http://portal.example/reset/token",
        ] {
            assert!(letter.contains(expected), "{expected}: {letter}");
        }
    }
}
