package io.agentmetrics.api.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.agentmetrics.api.ApiTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

/**
 * The page's files as a browser gets them.
 */
class PageIntegrationTests extends ApiTest {

	private static final Pattern FILE = Pattern.compile("(?:src|href)=\"((?:assets|webjars)/[^\"]+)\"");

	/** A name, not an address. */
	private static final String SVG_NAME = "http://www.w3.org/2000/svg";

	private static final int MAX_WIRE_BYTES = 300_000;

	private final HttpClient http = HttpClient.newHttpClient();

	@Test
	void pageIsServedAtTheRoot() throws Exception {
		HttpResponse<byte[]> page = get("/");
		assertThat(page.statusCode()).isEqualTo(200);
		assertThat(page.headers().firstValue("Content-Type")).get(as(STRING)).startsWith("text/html");
		assertThat(text(get("/", "Accept-Encoding", "identity"))).contains("<title>Agent Metrics</title>");
	}

	@Test
	void everythingItNamesIsThereAndSmall() throws Exception {
		long bytes = get("/").body().length;
		for (String file : files()) {
			HttpResponse<byte[]> response = get("/" + file);
			assertThat(response.statusCode()).as(file).isEqualTo(200);
			bytes += response.body().length;
		}
		assertThat(bytes).isBetween(10_000L, (long) MAX_WIRE_BYTES);
	}

	@Test
	void everyModuleIsNamedInThePage() throws Exception {
		Resource[] modules = new PathMatchingResourcePatternResolver().getResources("classpath:/static/assets/*.js");
		assertThat(files()).containsAll(Stream.of(modules).map((module) -> "assets/" + module.getFilename()).toList());
	}

	@Test
	void linesOfItsModulesAreAtMost120CharactersLong() throws Exception {
		for (String file : files()) {
			if (file.startsWith("assets/") && file.endsWith(".js")) {
				assertThat(text(get("/" + file, "Accept-Encoding", "identity")).lines()).as(file)
					.allMatch((line) -> line.replace("\t", "    ").length() <= 120);
			}
		}
	}

	@Test
	void nothingInItIsAskedForByAnAbsolutePath() throws Exception {
		for (String file : files()) {
			if (file.startsWith("assets/") && file.endsWith(".js")) {
				assertThat(text(get("/" + file, "Accept-Encoding", "identity"))).as(file)
					.doesNotContain("'/graphql", "'/api/", "`/api/", "fetch('");
			}
		}
	}

	@Test
	void nothingInItIsInlineOrFromAnotherHost() throws Exception {
		String page = text(get("/", "Accept-Encoding", "identity"));
		assertThat(page).doesNotContain("<style", "style=", "//").doesNotContainPattern("<script(?![^>]*src=)");
		for (String file : files()) {
			if (file.startsWith("assets/") && !file.endsWith(".svg")) {
				assertThat(text(get("/" + file, "Accept-Encoding", "identity")).replace(SVG_NAME, "")).as(file)
					.doesNotContain("http://", "https://")
					.doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/index.html", "/assets/main.js", "/assets/page.css" })
	void ownFilesAreCompressedAndKeptUntilTheyDiffer(String path) throws Exception {
		HttpResponse<byte[]> response = get(path);
		assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-cache");
		assertThat(response.headers().firstValue("Last-Modified")).isEmpty();
		String etag = response.headers().firstValue("ETag").orElseThrow();
		assertThat(get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);
		assertThat(get(path, "If-None-Match", "W/\"other\"").statusCode()).isEqualTo(200);
	}

	@Test
	void librariesAreKeptForAYear() throws Exception {
		String library = files().stream()
			.filter((file) -> file.endsWith("uPlot.iife.min.js"))
			.findFirst()
			.orElseThrow();
		assertThat(get("/" + library).headers().firstValue("Cache-Control")).get(as(STRING))
			.contains("max-age=31536000");
	}

	@Test
	void answersAreCompressed() throws Exception {
		HttpRequest query = HttpRequest.newBuilder(address("/graphql"))
			.header("Accept-Encoding", "gzip")
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers
				.ofString("{\"query\": \"{ __typename %s}\"}".formatted(Stream.iterate(0, (alias) -> alias + 1)
					.limit(100)
					.map((alias) -> "alias" + alias + ": __typename ")
					.reduce("", String::concat))))
			.build();
		assertThat(
				this.http.send(query, HttpResponse.BodyHandlers.discarding()).headers().firstValue("Content-Encoding"))
			.hasValue("gzip");
	}

	private List<String> files() throws IOException, InterruptedException {
		return List.copyOf(new TreeSet<>(FILE.matcher(text(get("/", "Accept-Encoding", "identity")))
			.results()
			.map((MatchResult match) -> match.group(1))
			.toList()));
	}

	private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
		return get(path, "Accept", "*/*");
	}

	private HttpResponse<byte[]> get(String path, String header, String value)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(address(path)).header(header, value);
		if (!header.equals("Accept-Encoding")) {
			request.header("Accept-Encoding", "gzip");
		}
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
	}

	private URI address(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

	private static String text(HttpResponse<byte[]> response) {
		return new String(response.body(), StandardCharsets.UTF_8);
	}

}
