//! What reqwest sends by default; prints its version.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let site = std::env::var("SITE")?;
    let client = reqwest::blocking::Client::new();
    client.get(format!("{site}/client/reqwest/get")).send()?;
    client
        .post(format!("{site}/client/reqwest/form"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("a=1")
        .send()?;
    println!("{}", env!("REQWEST_VERSION"));
    Ok(())
}
