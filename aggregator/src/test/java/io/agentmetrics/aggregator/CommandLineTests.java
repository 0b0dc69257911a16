package io.agentmetrics.aggregator;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.agentmetrics.aggregator.job.RunRequest;
import io.agentmetrics.aggregator.rollup.Shard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link CommandLine}: what is understood and how the rest is refused.
 */
class CommandLineTests {

	private static final String AGENT = "6f1c9f36-5a86-4ab8-b5a8-07f0d7d9a0f1";

	@Test
	void withoutArgumentsEverythingIsBroughtUpToDate() {
		CommandLine commandLine = parse();
		assertThat(commandLine.command()).isEqualTo(Command.AGGREGATE);
		assertThat(commandLine.request()).isEqualTo(AggregatorFixture.upToDate());
		assertThat(commandLine.request().isRebuild()).isFalse();
		assertThat(commandLine.springArguments()).isEmpty();
	}

	@Test
	void migrateOnlyMigrates() {
		assertThat(parse("migrate").command()).isEqualTo(Command.MIGRATE);
	}

	@Test
	void rebuildStartsOver() {
		assertThat(parse("rebuild").request().startOver()).isTrue();
		assertThat(parse("rebuild").command()).isEqualTo(Command.REBUILD);
	}

	@Test
	void commandOfTwoWordsHasItsOwnParameters() {
		CommandLine commandLine = parse("connect", "source=runs", "plan");
		assertThat(commandLine.command()).isEqualTo(Command.CONNECT_PLAN);
		assertThat(commandLine.values()).containsExactly(Map.entry("source", "runs"));
	}

	@Test
	void parametersComeInAnyOrder() {
		RunRequest request = parse("agentId=" + AGENT, "to=2026-11-08", "from=2026-11-01").request();
		assertThat(request).isEqualTo(new RunRequest(Optional.of(LocalDate.parse("2026-11-01")),
				Optional.of(LocalDate.parse("2026-11-08")), Optional.of(UUID.fromString(AGENT)), Shard.WHOLE, false));
		assertThat(request.isRebuild()).isTrue();
	}

	@Test
	void eachParameterAloneIsARebuild() {
		for (String argument : List.of("from=2026-11-01", "to=2026-11-01", "agentId=" + AGENT)) {
			assertThat(parse(argument).request().isRebuild()).as(argument).isTrue();
		}
	}

	@Test
	void shardIsNoRebuild() {
		RunRequest request = parse("shard=2", "shards=3").request();
		assertThat(request.shard()).isEqualTo(new Shard(2, 3));
		assertThat(request.isRebuild()).isFalse();
	}

	@Test
	void indexedJobTellsTheShard() {
		Map<String, String> environment = Map.of("JOB_COMPLETION_INDEX", "1");
		assertThat(CommandLine.parse(List.of("shards=3"), environment).request().shard()).isEqualTo(new Shard(1, 3));
		assertThat(CommandLine.parse(List.of("shards=3", "shard=2"), environment).request().shard())
			.isEqualTo(new Shard(2, 3));
		assertThat(CommandLine.parse(List.of(), environment).request().shard()).isEqualTo(Shard.WHOLE);
	}

	@Test
	void doubleDashIsSprings() {
		CommandLine commandLine = parse("--agent-metrics.zone=Europe/Berlin", "from=2026-11-01", "--debug");
		assertThat(commandLine.springArguments()).containsExactly("--agent-metrics.zone=Europe/Berlin", "--debug");
		assertThat(commandLine.request().isRebuild()).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					from=2026-13-01                      | from=2026-13-01 is not a date like 2026-11-01
					from=2026-02-30                      | from=2026-02-30 is not a date like 2026-11-01
					from=yesterday                       | from=yesterday is not a date like 2026-11-01
					from=                                | from= is not a date like 2026-11-01
					to=01.11.2026                        | to=01.11.2026 is not a date like 2026-11-08
					to=2026-11-01T00:00                  | to=2026-11-01T00:00 is not a date like 2026-11-08
					from=2026-11-08 to=2026-11-01        | from=2026-11-08 must be before to=2026-11-01, which
					from=2026-11-01 to=2026-11-01        | from=2026-11-01 must be before to=2026-11-01, which
					agentId=alice                        | agentId=alice is not a UUID
					agentId=1-1-1-1-1                    | agentId=1-1-1-1-1 is not a UUID
					agentId=                             | agentId= is not a UUID
					form=2026-11-01                      | Unknown parameter 'form': allowed are [from, to, agentId, shard, shards]
					FROM=2026-11-01                      | Unknown parameter 'FROM': allowed are [from, to, agentId, shard, shards]
					=2026-11-01                          | Unknown parameter '': allowed are [from, to, agentId, shard, shards]
					from=2026-11-01 from=2026-11-01      | Parameter 'from' is given twice
					--from=2026-11-01                    | Spring would ignore '--from=2026-11-01': write 'from=2026-11-01'
					--rebuild                            | Spring would ignore '--rebuild': write 'rebuild'
					aggregate                            | Unknown command 'aggregate': there are migrate, rebuild
					migrate rebuild                      | Unknown command 'migrate rebuild': there are migrate, rebuild
					-from=2026-11-01                     | Unknown parameter '-from': allowed are [from, to, agentId, shard, shards]
					migrate from=2026-11-01              | Unknown parameter 'from': migrate takes none
					rebuild from=2026-11-01              | Unknown parameter 'from': rebuild takes none
					plan                                 | Unknown command 'plan': there are migrate, rebuild
					connect from=2026-11-01              | Unknown parameter 'from': allowed are [source]
					disconnect executions=keep           | disconnect needs source=
					disconnect source=runs               | disconnect needs executions=
					disconnect source=runs executions=no | executions=no is not keep or delete
					import source=runs                   | import needs file=
					import file=runs.csv                 | import needs source=
					import source=runs file=a.csv to=now | Unknown parameter 'to': allowed are [source, file, format]
					import source=r file=a format=xml       | format=xml is not csv or otlp-json
					import source=r file=a format=otlp-json | source= is for CSV files: spans say which service they are of
					--connect                            | Spring would ignore '--connect': write 'connect'
					shard=1                              | shard needs shards, the number of them
					shards=3                             | shards needs shard, or the variable JOB_COMPLETION_INDEX
					shard=one shards=3                   | shard=one is not a number
					shard=1 shards=many                  | shards=many is not a number
					shard=3 shards=3                     | shard must be 0 to 2, not 3
					shard=-1 shards=3                    | shard must be 0 to 2, not -1
					shard=0 shards=0                     | shards must be 1 to 1024, not 0
					shard=0 shards=1025                  | shards must be 1 to 1024, not 1025
					agentId=6f1c9f36-5a86-4ab8-b5a8-07f0d7d9a0f1 shard=0 shards=2 | agentId and shards exclude each other
					""")
	void wrongArgumentsAreRefusedWithWhatIsAllowed(String arguments, String message) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> parse(arguments.split(" ")))
			.withMessageStartingWith(message);
	}

	@Test
	void usageNamesEveryCommandAndParameter() {
		for (Command command : Command.values()) {
			assertThat(CommandLine.USAGE).contains("  " + command.words());
			command.parameters().forEach((name) -> assertThat(CommandLine.USAGE).contains(name + "="));
		}
	}

	private static CommandLine parse(String... arguments) {
		return CommandLine.parse(List.of(arguments), Map.of());
	}

}
