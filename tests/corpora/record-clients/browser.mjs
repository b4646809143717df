// Everything that is sent from a browser, by Chromium. The pages do it themselves; what needs a
// person's hand (a click, a pointer over a link) is done here.
export async function browse(site, packages) {
  const { chromium } = packages("playwright-core");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const version = browser.version();
  const at = async (name, then = async () => {}) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    try {
      await page.goto(`${site}/page/${name}`);
      await then(page);
      // The pages have no end that could be waited for.
      await page.waitForTimeout(1000);
    } catch (error) {
      console.error(name, error.message);
    }
    await context.close();
  };
  const click = (id) => (page) => page.click(`#${id}`);

  const typed = await browser.newPage();
  await typed.goto(`${site}/client/chromium/typed-address`);
  await typed.close();
  for (const id of ["link", "form-get", "form-post", "form-upload", "download", "ping"]) await at("navigation", click(id));
  await at("parts", async (page) => {
    // Browsers ask for the manifest when they offer to install the page.
    const developer = await page.context().newCDPSession(page);
    await developer.send("Page.getAppManifest");
  });
  await at("scripts");
  await at("htmx", async (page) => {
    for (const id of ["get", "post", "boosted"]) {
      await page.click(`#${id}`);
      await page.waitForTimeout(300);
    }
  });
  await at("jquery");
  await at("axios");
  await at("turbo", click("form"));
  await at("turbo", click("frame-link"));
  await at("turbo", async (page) => {
    await page.hover("#link");
    await page.waitForTimeout(500);
  });
  await at("turbo", click("unhovered"));
  await at("unpoly", click("form"));
  await at("unpoly", click("fragment"));
  await at("unpoly", click("link"));
  await browser.close();
  return { chromium: version };
}
