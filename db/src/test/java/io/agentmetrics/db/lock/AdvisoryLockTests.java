package io.agentmetrics.db.lock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AdvisoryLockTests {

	/** What in a program's source would take or look up a lock past the registry. */
	private static final Pattern ADVISORY = Pattern.compile("pg_(try_)?advisory|'advisory'|0x414D_000",
			Pattern.CASE_INSENSITIVE);

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	@Test
	void noTwoLocksShareASpace() {
		Set<String> spaces = new HashSet<>();
		for (AdvisoryLock lock : AdvisoryLock.values()) {
			// the query names all that PostgreSQL tells locks apart by but the number
			assertThat(spaces.add(lock.held())).as(lock.name()).isTrue();
		}
	}

	@Test
	void keysOfDifferentLocksAreNeverEqualWhateverTheirNumbers() {
		long seed = System.nanoTime();
		System.out.println("AdvisoryLockTests seed " + seed);
		Random random = new Random(seed);
		List<Integer> numbers = Stream
			.concat(Stream.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE),
					Stream.generate(random::nextInt).limit(1_000))
			.toList();
		Set<String> statements = new HashSet<>();
		int keys = 0;
		for (AdvisoryLock lock : AdvisoryLock.values()) {
			List<LockKey> all = (lock == AdvisoryLock.MIGRATION) ? List.of(lock.key())
					: numbers.stream().distinct().map(lock::key).toList();
			all.forEach((key) -> statements.add(key.inTransaction()));
			keys += all.size();
		}
		assertThat(statements).hasSize(keys);
	}

	@Test
	void everyDayHasALockOfItsOwn() {
		LocalDate first = LocalDate.of(2000, 1, 1);
		long days = 40_000;
		assertThat(first.datesUntil(first.plusDays(days)).map(AdvisoryLock.DAY::key).distinct()).hasSize((int) days);
	}

	@Test
	void keysOfEarlierReleasesStay() {
		assertThat(AdvisoryLock.MIGRATION.key().inTransaction()).endsWith("lock(" + 0x61676d_6d6967L + ")");
		assertThat(AdvisoryLock.AGGREGATION.key(3).inTransaction()).endsWith("lock(" + 0x414D_0001 + ", 3)");
		assertThat(AdvisoryLock.SHARD.key(3).inTransaction()).endsWith("lock(" + 0x414D_0002 + ", 3)");
		assertThat(AdvisoryLock.PUBLISHER.key().inTransaction()).endsWith("lock(" + 0x414D_0003 + ", 0)");
		assertThat(AdvisoryLock.WRITER.key(3).inTransaction()).endsWith("lock(" + 0x414D_0004 + ", 3)");
	}

	@Test
	void thereIsOneMigration() {
		assertThatIllegalArgumentException().isThrownBy(() -> AdvisoryLock.MIGRATION.key(1))
			.withMessage("There is one lock of a migration of the schema only");
	}

	@Test
	void nobodyElseNamesAnAdvisoryLock() {
		assertThat(sources()).isNotEmpty().noneSatisfy((source) -> assertThat(text(source)).containsPattern(ADVISORY));
	}

	/** Of both programs and what they share, SQL included, but for the registry. */
	private static List<Path> sources() {
		return Stream.of("shared-model", "db", "aggregator", "api")
			.map((module) -> ROOT.resolve(module).resolve("src/main"))
			.flatMap(AdvisoryLockTests::files)
			.filter((file) -> file.toString().matches(".*\\.(java|sql|xml|yaml)"))
			.filter((file) -> !file.toString().contains("/io/agentmetrics/db/lock/"))
			.toList();
	}

	private static Stream<Path> files(Path folder) {
		try {
			return Files.walk(folder).filter(Files::isRegularFile).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
