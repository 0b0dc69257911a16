package io.agentmetrics.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.PageLoadStrategy;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A Chromium without a window, driven as a person drives it.
 */
final class Browser implements AutoCloseable {

	static final String MISSING = "Skipped: there is no browser; install chromium and chromedriver (Debian's packages chromium and chromium-driver).";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Kept, or what is set of it is forgotten. */
	private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

	private final ChromeDriver driver;

	private Browser(ChromeDriver driver) {
		this.driver = driver;
	}

	/** Whether tests can be run; it is said where they cannot. */
	static boolean isInstalled() {
		boolean installed = chromium() != null && chromeDriver() != null;
		if (!installed) {
			System.out.println(MISSING);
		}
		return installed;
	}

	static Browser start(Path downloads) {
		// it warns of each browser that is newer than itself
		SELENIUM.setLevel(Level.SEVERE);
		ChromeOptions options = new ChromeOptions().setBinary(Objects.requireNonNull(chromium()));
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--ignore-certificate-errors", "--window-size=1440,900",
				"--force-device-scale-factor=1", "--lang=en");
		options.setExperimentalOption("prefs", Map.of("download.default_directory", downloads.toString()));
		// what is waited for is said in each test
		options.setPageLoadStrategy(PageLoadStrategy.EAGER);
		LoggingPreferences logging = new LoggingPreferences();
		logging.enable(LogType.BROWSER, Level.ALL);
		options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(chromeDriver())
			.usingAnyFreePort()
			.withSilent(true)
			.build();
		ChromeDriver driver = new ChromeDriver(service, options);
		driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30)).pageLoadTimeout(Duration.ofSeconds(30));
		return new Browser(driver);
	}

	private static @Nullable File chromium() {
		return inPath("chromium", "chromium-browser", "google-chrome");
	}

	private static @Nullable File chromeDriver() {
		return inPath("chromedriver");
	}

	private static @Nullable File inPath(String... names) {
		List<String> folders = List.of(System.getenv("PATH").split(File.pathSeparator));
		return Stream.of(names)
			.flatMap((name) -> folders.stream().map((folder) -> new File(folder, name)))
			.filter(File::canExecute)
			.findFirst()
			.orElse(null);
	}

	/** The program itself, for others that drive it. */
	static Path program() {
		return Objects.requireNonNull(chromium()).toPath();
	}

	/** Opens an address afresh, also where only what is behind the '#' differs. */
	void open(URI address) {
		this.driver.get("about:blank");
		this.driver.get(address.toString());
	}

	String address() {
		return Objects.requireNonNull(this.driver.getCurrentUrl());
	}

	String title() {
		return Objects.requireNonNull(this.driver.getTitle());
	}

	void back() {
		this.driver.navigate().back();
	}

	WebElement find(String css) {
		return this.driver.findElement(By.cssSelector(css));
	}

	List<WebElement> all(String css) {
		return this.driver.findElements(By.cssSelector(css));
	}

	boolean shows(String css) {
		return read(css, () -> all(css).stream().anyMatch(WebElement::isDisplayed));
	}

	String text(String css) {
		return read(css, () -> find(css).getText());
	}

	/** What was found may be drawn anew before it is read. */
	private <T> T read(String css, Supplier<T> reading) {
		AtomicReference<T> read = new AtomicReference<>();
		await("what is read of " + css, () -> {
			read.set(reading.get());
			return true;
		});
		return read.get();
	}

	List<String> texts(String css) {
		return this.<List<String>>script(
				"return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", css);
	}

	void click(String css) {
		await(css);
		// what was found may be drawn anew before it is clicked
		await("a click on " + css, () -> {
			find(css).click();
			return true;
		});
	}

	void choose(String select, String value) {
		click(select + " option[value='" + value + "']");
	}

	void press(CharSequence... keys) {
		this.driver.switchTo().activeElement().sendKeys(keys);
	}

	/** Goes on with the tab key until what is wanted has the focus. */
	void tabTo(String css) {
		for (int step = 0; step < 200; step++) {
			if (this.<Boolean>script("return document.activeElement.matches(arguments[0])", css)) {
				return;
			}
			press(Keys.TAB);
		}
		throw new AssertionError("The tab key does not lead to " + css);
	}

	/** Waits until something is to be seen. */
	void await(String css) {
		await(css, () -> shows(css));
	}

	/** Waits until something is to be read in it. */
	void awaitText(String css, String part) {
		await(css + " with the text " + part,
				() -> all(css).stream().anyMatch((element) -> element.getText().contains(part)));
	}

	/** Waits until no panel is loading. */
	void awaitAnswers() {
		await("answers", () -> !all(".panel").isEmpty() && all("[aria-busy='true']").isEmpty());
	}

	void await(String what, BooleanSupplier condition) {
		try {
			RunningDemo.await(() -> {
				try {
					return condition.getAsBoolean();
				}
				catch (StaleElementReferenceException redrawn) {
					return false;
				}
			}, PATIENCE);
		}
		catch (IllegalStateException ex) {
			throw new AssertionError("Not seen: " + what + "\n" + find("body").getText(), ex);
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	<T> T script(String script, Object... arguments) {
		return (T) Objects.requireNonNull(this.driver.executeScript(script, arguments));
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	<T> T promise(String script, Object... arguments) {
		return (T) Objects
			.requireNonNull(
					this.driver.executeAsyncScript(
							"const done = arguments[arguments.length - 1]; (async (...arguments) => {" + script
									+ "})(...arguments).then(done, (failure) => done('failed: ' + failure))",
							arguments));
	}

	/** Makes the page as large as on another screen. */
	void resize(int width, int height) {
		command("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	/** What the reader's system prefers. */
	void prefer(String feature, String value) {
		command("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
	}

	void allowClipboard() {
		command("Browser.grantPermissions",
				Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
	}

	Map<String, Object> command(String name, Map<String, Object> parameters) {
		return this.driver.executeCdpCommand(name, parameters);
	}

	/**
	 * What the page, or the browser about it, has written to the console since last
	 * asked.
	 */
	List<String> console() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.map((entry) -> entry.getLevel() + " " + entry.getMessage())
			.toList();
	}

	/** Accessibility violations, one line each. */
	List<String> axe() {
		try (var script = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"))) {
			this.driver.executeScript(new String(script.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return promise(
				"""
						const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] });
						return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
						""");
	}

	/** Writes a picture of what is in the window. */
	void picture(Path file) {
		Object data = command("Page.captureScreenshot", Map.of("format", "png")).get("data");
		try {
			Files.createDirectories(file.toAbsolutePath().getParent());
			Files.write(file, Base64.getDecoder().decode(String.valueOf(data)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
