package io.agentmetrics.model.error;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * {@link ErrorGroups} of many errors that differ in one random part: of whatever kind it
 * is, they are one group.
 */
class KindsOfErrorsTests {

	private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

	private static final int ERRORS = 300;

	private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";

	private static final String POD = "bcdfghjklmnpqrstvwxz2456789";

	@ParameterizedTest
	@MethodSource("kinds")
	void errorsThatDifferInOnePartAreOneGroup(Function<Random, String> part) {
		long seed = Long.getLong("errors.seed", 20261126);
		Random random = new Random(seed);
		for (String template : List.of("Call of %s refused", "%s: no answer", "Cannot reach (%s), giving up",
				"worker=%s state=lost", "Gave up on %s.")) {
			List<String> messages = Stream.generate(() -> template.formatted(part.apply(random)))
				.limit(ERRORS)
				.toList();
			ErrorGroups groups = groups(messages);
			assertThat(groups.top(3)).as("of seed %d, like %s", seed, messages.getFirst())
				.extracting(ErrorGroup::fingerprint)
				.hasSize(1);
		}
	}

	@ParameterizedTest
	@MethodSource("identifiers")
	void identifiersOfOneKindAreOneGroup(Function<Random, String> identifier) {
		long seed = Long.getLong("errors.seed", 20261126);
		Random random = new Random(seed);
		List<String> messages = Stream.generate(() -> identifier.apply(random))
			.filter((drawn) -> !readsLikeWords(drawn))
			.limit(ERRORS)
			.map((drawn) -> "Request " + drawn + " was refused")
			.toList();
		assertThat(groups(messages).groups()).as("of seed %d, like %s", seed, messages.getFirst())
			.extracting(ErrorGroup::fingerprint)
			.hasSize(1);
	}

	/**
	 * The exceptions: letters alone may happen to be a word, and a nanoid may happen to
	 * begin like "run_" or "by-".
	 */
	private static boolean readsLikeWords(String identifier) {
		String drawn = identifier.replaceFirst("^(req_|sess-|usr_|toolu_01|chatcmpl-|wibble_|sk-proj-|order-)", "");
		return drawn.chars().noneMatch(Character::isDigit) || drawn.matches("[a-z]{2,}[_-].*");
	}

	@Test
	void evictionsOverManyPodsRankAboveAFewBadKeys() {
		Random random = new Random(1);
		List<String> messages = Stream.concat(Stream
			.generate(() -> "Pod worker-" + string(random, POD, 10) + "-" + string(random, POD, 5)
					+ " was evicted: the node was low on memory")
			.limit(ERRORS), Stream.generate(() -> "Bad API key").limit(4)).toList();
		assertThat(groups(messages).top(5)).extracting(ErrorGroup::fingerprint, ErrorGroup::count)
			.containsExactly(tuple("Pod worker-<*> was evicted: the node was low on memory", 300L),
					tuple("Bad API key", 4L));
	}

	@Test
	void errorsThatDifferInTheirWordsStayApart() {
		List<String> messages = List.of("HTTP 500", "HTTP 404", "HTTP/1.1 500", "HTTP/1.1 404", "Bad API key",
				"Bad API secret", "ORA-00942: x", "ORA-01017: x", "E11000 dup", "E11001 dup", "exit code 1",
				"exit code 137", "exit code -9", "Tool search failed", "Tool fetch failed", "{\"error\":\"Bad key\"}",
				"{\"error\":\"No credit\"}", "{\"code\":401}", "{\"code\":402}", "java.io.IOException: Broken pipe",
				"java.io.EOFException: Broken pipe", "session_expired", "session_missing", "ошибка сети",
				"ошибка диска", "接続エラー", "認証エラー", "Error code: 429", "Error code: 529", "SQLSTATE 40001",
				"SQLSTATE 40P01", "context_length_exceeded", "rate_limit_exceeded");
		assertThat(groups(messages).groups()).hasSize(messages.size());
	}

	static Stream<Arguments> kinds() {
		return Stream.of(kind("UUID", (random) -> uuid(random).toString()),
				kind("upper-case UUID", (random) -> uuid(random).toString().toUpperCase(Locale.ROOT)),
				kind("UUID in braces", (random) -> "{" + uuid(random) + "}"),
				kind("UUID as URN", (random) -> "urn:uuid:" + uuid(random)),
				kind("UUID without dashes", (random) -> uuid(random).toString().replace("-", "")),
				kind("prefixed UUID", (random) -> "req-" + uuid(random)), kind("MD5", (random) -> hex(random, 16)),
				kind("SHA-1", (random) -> hex(random, 20)), kind("SHA-256", (random) -> hex(random, 32)),
				kind("SHA-512", (random) -> hex(random, 64)), kind("digest", (random) -> "sha256:" + hex(random, 32)),
				kind("trace", (random) -> hex(random, 8)),
				kind("pointer", (random) -> "0x" + hex(random, 1 + random.nextInt(8))),
				kind("JWT",
						(random) -> "eyJ" + string(random, BASE62 + "-_", 40) + "." + string(random, BASE62 + "-_", 90)
								+ "." + string(random, BASE62 + "-_", 43)),
				kind("base64", (random) -> Base64.getEncoder().encodeToString(bytes(random, 50 + random.nextInt(50)))),
				kind("IPv4", (random) -> ipv4(random)),
				kind("IPv4 or with port",
						(random) -> ipv4(random) + (random.nextBoolean() ? ":" + random.nextInt(65536) : "")),
				kind("network", (random) -> ipv4(random) + "/" + random.nextInt(33)),
				kind("IPv6", KindsOfErrorsTests::ipv6),
				kind("IPv6 and zone",
						(random) -> "fe80::" + ipv6(random).substring(5).replace("::", ":") + "%eth"
								+ random.nextInt(9)),
				kind("IPv6 and port", (random) -> "[" + ipv6(random) + "]:" + random.nextInt(65536)),
				kind("IPv4 or IPv6", (random) -> random.nextBoolean() ? ipv4(random) : ipv6(random)),
				kind("MAC", (random) -> mac(random, ":")), kind("MAC with dashes", (random) -> mac(random, "-")),
				kind("MAC of Cisco",
						(random) -> String.join(".", hex(random, 2), hex(random, 2),
								"0" + hex(random, 2).substring(1))),
				kind("hex dump",
						(random) -> IntStream.range(0, 16)
							.mapToObj((i) -> hex(random, 1))
							.collect(Collectors.joining(" "))),
				kind("mail",
						(random) -> string(random, "abcdefghijklmnop", 6) + "." + string(random, "xyzuvw", 5) + "@"
								+ string(random, "mnopq", 4) + ".com"),
				kind("mail with tag",
						(random) -> string(random, "abcdefgh", 6) + "+" + random.nextInt(99) + "@mail.example.co.uk"),
				kind("host", (random) -> string(random, "abcdefgh", 6) + ".example.com"),
				kind("host and port",
						(random) -> string(random, "abcdefgh", 6) + ".example.com:" + random.nextInt(65536)),
				kind("service", (random) -> string(random, "abcdefgh", 6) + ".default.svc.cluster.local"),
				kind("AWS host", (random) -> "ip-" + ipv4(random).replace('.', '-') + ".eu-west-1.compute.internal"),
				kind("pod of a deployment",
						(random) -> "worker-" + string(random, POD, 10) + "-" + string(random, POD, 5)),
				kind("pod of a small replica set",
						(random) -> "worker-" + string(random, POD, 8) + "-" + string(random, POD, 5)),
				kind("pod of a daemon set", (random) -> "node-agent-" + string(random, POD, 5)),
				kind("pod of a stateful set", (random) -> "runner-" + random.nextInt(300)),
				kind("pod of a cron job",
						(random) -> "nightly-" + (28000000 + random.nextInt(999999)) + "-" + string(random, POD, 5)),
				kind("URL",
						(random) -> "https://api.example.com/v1/" + string(random, BASE62, 8) + "?q="
								+ random.nextInt()),
				kind("Unix path",
						(random) -> "/srv/" + string(random, "abcdef", 6) + "/" + random.nextInt(99) + ".pdf"),
				kind("Windows path",
						(random) -> "C:\\Users\\" + string(random, "abcdef", 6) + "\\My Files\\a" + random.nextInt(9)
								+ ".txt"),
				kind("UNC path", (random) -> "\\\\srv" + random.nextInt(9) + "\\" + string(random, "abcdef", 6)),
				kind("quoted", (random) -> "\"" + string(random, "abcdef xyz", 12) + "\""),
				kind("quoted in French", (random) -> "« " + string(random, "abcdef", 6) + " »"),
				kind("number", (random) -> String.valueOf(random.nextLong())),
				kind("decimal", (random) -> String.format(Locale.ROOT, "%,.2f", random.nextDouble() * 1e7)),
				kind("German decimal", (random) -> String.format(Locale.GERMANY, "%,.2f", random.nextDouble() * 1e7)),
				kind("French decimal", (random) -> String.format(Locale.FRANCE, "%,.2f", random.nextDouble() * 1e7)),
				kind("Swiss decimal",
						(random) -> String.format(Locale.of("de", "CH"), "%,.2f", random.nextDouble() * 1e7)),
				kind("exponent", (random) -> String.format(Locale.ROOT, "%e", random.nextGaussian() * 1e9)),
				kind("percentage", (random) -> random.nextInt(100) + (random.nextBoolean() ? " %" : "%")),
				kind("Arabic-Indic digits", (random) -> inDigits(random, '\u0660')),
				kind("Devanagari digits", (random) -> inDigits(random, '\u0966')),
				kind("full-width digits", (random) -> inDigits(random, '\uff10')),
				kind("mathematical digits", (random) -> Character.toString(0x1D7CE + random.nextInt(10))),
				kind("ISO 8601", (random) -> moment(random).toInstant().toString()),
				kind("ISO 8601 with offset", (random) -> moment(random).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME)),
				kind("RFC 1123", (random) -> moment(random).format(DateTimeFormatter.RFC_1123_DATE_TIME)),
				kind("Apache", (random) -> pattern(random, "dd/MMM/yyyy:HH:mm:ss xx")),
				kind("ctime", (random) -> pattern(random, "EEE MMM d HH:mm:ss yyyy")),
				kind("syslog", (random) -> pattern(random, "MMM d HH:mm:ss")),
				kind("American", (random) -> pattern(random, "MM/dd/yyyy hh:mm:ss a")),
				kind("long American", (random) -> pattern(random, "EEEE, MMMM d, yyyy")),
				kind("German", (random) -> pattern(random, "dd.MM.yyyy HH:mm")),
				kind("RFC 850", (random) -> pattern(random, "EEEE, dd-MMM-yy HH:mm:ss 'GMT'")),
				kind("time of day", (random) -> pattern(random, "HH:mm:ss.SSS")),
				kind("log4j", (random) -> pattern(random, "yyyy-MM-dd HH:mm:ss,SSS")),
				kind("epoch", (random) -> String.valueOf(moment(random).toInstant().toEpochMilli())),
				kind("compact", (random) -> pattern(random, "yyyyMMdd'T'HHmmss'Z'")),
				kind("Go duration", KindsOfErrorsTests::goDuration),
				kind("ISO duration", (random) -> Duration.ofMillis(random.nextInt(200_000_000)).toString()),
				kind("duration in words", KindsOfErrorsTests::duration), kind("size", KindsOfErrorsTests::size),
				kind("version", KindsOfErrorsTests::version),
				kind("file with a stamp", (random) -> "report_" + pattern(random, "yyyyMMdd'T'HHmmss") + ".csv"),
				kind("phone",
						(random) -> String.format(Locale.ROOT, "+%d %03d %03d-%04d", random.nextInt(1, 99),
								random.nextInt(1000), random.nextInt(1000), random.nextInt(10000))),
				kind("list",
						(random) -> IntStream.range(0, 1 + random.nextInt(9))
							.mapToObj(String::valueOf)
							.collect(Collectors.joining(", "))),
				kind("range of bytes", (random) -> "[" + random.nextInt(1000) + "-" + random.nextInt(1000) + "]"));
	}

	static Stream<Arguments> identifiers() {
		return Stream.of(kind("req_ and 8", (random) -> "req_" + string(random, BASE62, 8)),
				kind("req_ and 24", (random) -> "req_" + string(random, BASE62, 24)),
				kind("sess-", (random) -> "sess-" + string(random, BASE36, 8)),
				kind("usr_", (random) -> "usr_" + string(random, BASE36, 12)),
				kind("toolu_01", (random) -> "toolu_01" + string(random, BASE62, 22)),
				kind("chatcmpl-", (random) -> "chatcmpl-" + string(random, BASE62, 29)),
				kind("unknown prefix", (random) -> "wibble_" + string(random, BASE62, 10)),
				kind("CUID", (random) -> "c" + string(random, BASE36, 24)),
				kind("ULID", (random) -> "01" + string(random, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)),
				kind("commit", (random) -> hex(random, 4)),
				kind("key", (random) -> "sk-proj-" + string(random, BASE62, 40)),
				kind("nanoid", (random) -> string(random, BASE62 + "_-", 21)),
				kind("bare", (random) -> string(random, BASE62, 20)),
				kind("after a dash", (random) -> "order-" + string(random, BASE36, 10)));
	}

	private static Arguments kind(String name, Function<Random, String> part) {
		return argumentSet(name, part);
	}

	private static ErrorGroups groups(List<String> messages) {
		ErrorGroups.Builder builder = ErrorGroups.builder();
		messages.forEach((message) -> builder.add(message, null, 1, NOON, NOON));
		return builder.build();
	}

	private static String string(Random random, String alphabet, int length) {
		return random.ints(length, 0, alphabet.length())
			.mapToObj((index) -> alphabet.substring(index, index + 1))
			.collect(Collectors.joining());
	}

	private static byte[] bytes(Random random, int count) {
		byte[] bytes = new byte[count];
		random.nextBytes(bytes);
		return bytes;
	}

	private static String hex(Random random, int bytes) {
		return HexFormat.of().formatHex(bytes(random, bytes));
	}

	private static UUID uuid(Random random) {
		return UUID.nameUUIDFromBytes(bytes(random, 16));
	}

	private static String ipv4(Random random) {
		return random.ints(4, 0, 256).mapToObj(String::valueOf).collect(Collectors.joining("."));
	}

	private static String ipv6(Random random) {
		String groups = random.ints(1 + random.nextInt(5), 0, 65536)
			.mapToObj(Integer::toHexString)
			.collect(Collectors.joining(":"));
		return "2001:" + groups + "::" + random.nextInt(10);
	}

	private static String mac(Random random, String separator) {
		return IntStream.range(0, 6)
			.mapToObj((i) -> (i > 0) ? hex(random, 1) : "0a")
			.collect(Collectors.joining(separator));
	}

	private static String inDigits(Random random, char zero) {
		return String.valueOf(random.nextInt(1_000_000))
			.chars()
			.mapToObj((digit) -> String.valueOf((char) (zero + digit - '0')))
			.collect(Collectors.joining());
	}

	private static ZonedDateTime moment(Random random) {
		return Instant.ofEpochMilli(random.nextLong(1_000_000_000_000L, 2_000_000_000_000L))
			.atZone(ZoneOffset.ofHours(random.nextInt(1, 12)));
	}

	private static String pattern(Random random, String pattern) {
		return moment(random).format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
	}

	private static String goDuration(Random random) {
		List<String> units = List.of("ns", "\u00b5s", "ms", "s");
		return switch (random.nextInt(3)) {
			case 0 -> (1 + random.nextInt(999)) + "." + random.nextInt(999) + units.get(random.nextInt(4));
			case 1 -> (1 + random.nextInt(59)) + "m" + random.nextInt(60) + "s";
			default -> (1 + random.nextInt(99)) + "h" + random.nextInt(60) + "m" + random.nextInt(60) + ".5s";
		};
	}

	private static String duration(Random random) {
		List<String> units = List.of("ms", "s", "sec", "seconds", "min", "minutes", "h", "hours", "days");
		List<String> parts = new ArrayList<>();
		for (int i = 0; i <= random.nextInt(3); i++) {
			parts.add((1 + random.nextInt(100)) + " " + units.get(random.nextInt(units.size())));
		}
		return String.join(" ", parts);
	}

	private static String size(Random random) {
		List<String> units = List.of("B", "bytes", "kB", "KB", "MB", "GB", "KiB", "MiB", "GiB", "TiB");
		return random.nextInt(1000) + (random.nextBoolean() ? "." + random.nextInt(10) : "")
				+ (random.nextBoolean() ? " " : "") + units.get(random.nextInt(units.size()));
	}

	private static String version(Random random) {
		List<String> ends = List.of("", "-rc.1", "-beta4", "-SNAPSHOT", ".Final", "-alpha.12", "+build.5", "b2", "rc1");
		return (random.nextBoolean() ? "v" : "") + random.nextInt(20) + "." + random.nextInt(20) + "."
				+ random.nextInt(20) + ends.get(random.nextInt(ends.size()));
	}

}
