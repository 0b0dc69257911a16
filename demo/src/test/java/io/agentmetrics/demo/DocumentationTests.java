package io.agentmetrics.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.agentmetrics.db.Documentation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documentation in itself: links, order, headings, and the names of files, classes
 * and profiles.
 */
class DocumentationTests {

	private static final List<Path> FILES = files();

	private static final List<Path> PAGES = FILES.stream().filter((file) -> file.toString().endsWith(".md")).toList();

	@Test
	void linksLeadSomewhere() throws IOException {
		for (Path page : PAGES) {
			for (String link : find("\\]\\(([^)\\s]+)\\)", Files.readString(page))) {
				assertLeadsSomewhere(page, link.startsWith("#") ? page.getFileName() + link : link);
			}
		}
	}

	@Test
	void filesThatPointToTheDocumentationPointSomewhere() throws IOException {
		int links = 0;
		for (Path file : FILES) {
			if (file.toString().matches(".*(\\.(java|xml|ya?ml|sql|js|mjs)|Dockerfile)")) {
				for (String link : find("(?<![\\w/\"])(docs/[\\w/-]+\\.md(?:#[\\w-]+)?)", Files.readString(file))) {
					assertLeadsSomewhere(Tool.PROJECT.resolve("pom.xml"), link);
					links++;
				}
			}
		}
		assertThat(links).isGreaterThan(30);
	}

	@Test
	void readmeIsShortAndNamesEveryPage() throws IOException {
		String readme = Files.readString(Tool.PROJECT.resolve("README.md"));
		assertThat(readme.lines()).hasSizeLessThanOrEqualTo(150);
		try (Stream<Path> pages = Files.list(Tool.PROJECT.resolve("docs"))) {
			pages.filter((page) -> page.toString().endsWith(".md"))
				.forEach((page) -> assertThat(readme).contains("(docs/" + page.getFileName() + ")"));
		}
	}

	@Test
	void foldersAndPackagesInTheReadmeAreThere() {
		List<List<String>> rows = Documentation.page("README.md").section("Where things live").rows();
		for (List<String> row : rows.subList(1, rows.size())) {
			String folder = row.getFirst().replace("`", "");
			assertThat(Tool.PROJECT.resolve(folder)).isDirectory();
			Path packages = Tool.PROJECT.resolve(folder).resolve("src/main/java/io/agentmetrics").resolve(folder);
			assertThat(find("`(\\w+)`", row.get(1)))
				.allSatisfy((name) -> assertThat(packages.resolve(name)).isDirectory());
		}
	}

	@Test
	void pagesSayFirstWhatTheyAre() throws IOException {
		for (Path page : PAGES) {
			if (page.startsWith(Tool.PROJECT.resolve("docs")) && !isDecision(page)) {
				assertThat(Files.readString(page)).as(page.toString()).matches("(?s)# [^\n]+\n\nThis page .*");
			}
		}
	}

	@Test
	void decisionsHaveTheSameFormAndAreIndexed() throws IOException {
		List<String> index = Documentation.page("docs/decisions/README.md")
			.rows()
			.stream()
			.map((row) -> String.join(" ", row))
			.toList();
		List<Path> decisions = PAGES.stream().filter(DocumentationTests::isDecision).toList();
		for (Path decision : decisions) {
			String text = Files.readString(decision);
			assertThat(text).as(decision.toString()).matches("(?s)# \\d+\\. [^\n]+\n\n\\*\\*Decided\\.\\*\\* .*");
			String number = String.valueOf(Integer.parseInt(decision.getFileName().toString().substring(0, 4)));
			String title = text.lines().findFirst().orElseThrow().substring(("# " + number + ". ").length());
			assertThat(index).contains("[%s](%s) %s".formatted(number, decision.getFileName(), title));
		}
		// two rows are the heading and the number that has no decision
		assertThat(index).hasSize(decisions.size() + 2);
	}

	@Test
	void glossaryIsInTheOrderOfTheAlphabet() {
		assertThat(Documentation.page("docs/glossary.md").rows().stream().skip(1).map(List::getFirst))
			.hasSizeGreaterThan(60)
			.doesNotHaveDuplicates()
			.isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
	}

	@Test
	void commandsNameWhatThereIs() throws IOException {
		String pom = Files.readString(Tool.PROJECT.resolve("pom.xml"));
		Set<String> sources = FILES.stream().map((file) -> file.getFileName().toString()).collect(Collectors.toSet());
		for (Path page : PAGES) {
			String text = Files.readString(page);
			assertThat(find("mvn[^\n]* -P(\\w+)", text)).as("profiles in " + page)
				.allSatisfy((profile) -> assertThat(pom).contains("<id>" + profile + "</id>"));
			assertThat(find(
					"-D(?:it\\.)?test=(\\w+Tests)|-Dbench\\.(?:main=io\\.agentmetrics\\.bench\\.|arguments=)([A-Z]\\w+)",
					text))
				.as("classes in " + page)
				.allSatisfy((name) -> assertThat(sources).contains(name + ".java"));
			assertThat(find("`((?:deploy|docs|api|aggregator|db|demo|bench|shared-model|otlp|\\.ci)/[\\w./-]+)`", text))
				.as("files in " + page)
				.filteredOn((name) -> !name.contains("/target/"))
				.allSatisfy((name) -> assertThat(Tool.PROJECT.resolve(name)).exists());
		}
	}

	private static void assertLeadsSomewhere(Path from, String link) throws IOException {
		if (link.startsWith("http")) {
			return;
		}
		String[] parts = link.split("#", 2);
		Path target = from.resolveSibling(parts[0]).normalize();
		assertThat(target).as(link + " in " + from).exists();
		if (parts.length > 1) {
			assertThat(find("(?m)^#+ (.+)$", Files.readString(target)).stream().map(DocumentationTests::anchor))
				.as(link + " in " + from)
				.contains(parts[1]);
		}
	}

	/** As GitHub makes it of a heading. */
	private static String anchor(String heading) {
		return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
	}

	private static boolean isDecision(Path page) {
		return page.getFileName().toString().matches("\\d{4}-.*\\.md");
	}

	private static List<Path> files() {
		try (Stream<Path> all = Files.walk(Tool.PROJECT)) {
			return all
				.filter((file) -> !Tool.PROJECT.relativize(file)
					.toString()
					.matches("(.*/)?(target|node_modules|\\.git)(/.*)?"))
				.filter(Files::isRegularFile)
				.toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Returns what the first group is that has found something. */
	private static List<String> find(String pattern, String text) {
		return Pattern.compile(pattern)
			.matcher(text)
			.results()
			.map((MatchResult found) -> (found.group(1) != null) ? found.group(1) : found.group(2))
			.toList();
	}

}
