package io.agentmetrics.aggregator;

import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import javax.sql.DataSource;

import io.agentmetrics.aggregator.door.SourceConnections;
import io.agentmetrics.aggregator.door.file.FileImport;
import io.agentmetrics.aggregator.door.file.ImportRequest;
import io.agentmetrics.aggregator.door.file.SpanImport;
import io.agentmetrics.aggregator.job.Aggregator;
import io.agentmetrics.aggregator.job.ProgramVersion;
import io.agentmetrics.db.SchemaMigration;
import io.agentmetrics.db.SchemaVersion;
import io.agentmetrics.db.SuitableDatabase;
import io.agentmetrics.db.lock.LockTimeoutException;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * The aggregator as a process: arguments in, exit code out.
 */
@SpringBootApplication
@EnableConfigurationProperties(AggregatorProperties.class)
public class AggregatorApplication {

	public static void main(String[] arguments) {
		// numbers are written in the digits of JSON and SQL, wherever this runs
		Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
		Termination termination = new Termination();
		termination.exit(run(List.of(arguments), termination));
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	private static ExitCode run(List<String> arguments, Termination termination) {
		if (CommandLine.asksForHelp(arguments)) {
			System.out.println(CommandLine.USAGE);
			return ExitCode.DONE;
		}
		if (CommandLine.asksForVersion(arguments)) {
			System.out.println("Agent Metrics aggregator " + ProgramVersion.current());
			return ExitCode.DONE;
		}
		CommandLine commandLine;
		try {
			commandLine = CommandLine.parse(arguments, System.getenv());
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.err.println(CommandLine.USAGE);
			return ExitCode.BAD_ARGUMENTS;
		}
		SpringApplication application = new SpringApplication(AggregatorApplication.class);
		application.setRegisterShutdownHook(false);
		try (ConfigurableApplicationContext context = application.run(commandLine.springArguments())) {
			return run(commandLine, context, termination);
		}
		catch (SQLException | RuntimeException ex) {
			return FailureReport.report(ex);
		}
	}

	private static ExitCode run(CommandLine commandLine, ConfigurableApplicationContext context,
			Termination termination) throws SQLException {
		// before anything looks for a driver
		SuitableDatabase.requirePostgres(context.getEnvironment().getProperty("spring.datasource.url"));
		JdbcConnectionDetails details = context.getBean(JdbcConnectionDetails.class);
		SuitableDatabase.require(details.getJdbcUrl(), details.getUsername(), details.getPassword());
		DataSource dataSource = context.getBean(DataSource.class);
		SuitableDatabase.requirePrimary(dataSource);
		if (commandLine.command() == Command.MIGRATE) {
			SchemaMigration.migrate(dataSource, LocalDate.now(context.getBean(Clock.class)));
			return ExitCode.DONE;
		}
		SchemaVersion.requireCurrent(dataSource);
		try {
			return carryOut(commandLine, context, termination) ? ExitCode.DONE : ExitCode.FAILED;
		}
		catch (SQLException | RuntimeException ex) {
			if (LockTimeoutException.isTimeout(ex)) {
				throw LockTimeoutException.explain(dataSource, ex);
			}
			throw ex;
		}
	}

	private static boolean carryOut(CommandLine commandLine, ConfigurableApplicationContext context,
			Termination termination) throws SQLException {
		Optional<String> source = Optional.ofNullable(commandLine.values().get("source"));
		return switch (commandLine.command()) {
			case AGGREGATE, REBUILD -> {
				Aggregator aggregator = context.getBean(Aggregator.class);
				termination.onTerm(aggregator::stop);
				yield aggregator.run(commandLine.request());
			}
			case CONNECT -> {
				SourceConnections connections = context.getBean(SourceConnections.class);
				termination.onTerm(connections::stop);
				yield connections.connect(source);
			}
			case CONNECT_PLAN -> {
				System.out.println(context.getBean(SourceConnections.class).plan(source));
				yield true;
			}
			case CONNECT_STATUS -> {
				System.out.println(context.getBean(SourceConnections.class).status(source));
				yield true;
			}
			case DISCONNECT -> {
				context.getBean(SourceConnections.class)
					.disconnect(source.orElseThrow(), "keep".equals(commandLine.values().get("executions")));
				yield true;
			}
			case IMPORT -> {
				String file = Objects.requireNonNull(commandLine.values().get("file"), "The command line needs it");
				if (commandLine.isOfSpans()) {
					SpanImport spanImport = context.getBean(SpanImport.class);
					termination.onTerm(spanImport::stop);
					yield spanImport.run(file);
				}
				FileImport fileImport = context.getBean(FileImport.class);
				termination.onTerm(fileImport::stop);
				yield fileImport.run(new ImportRequest(source.orElseThrow(), file));
			}
			case MIGRATE -> throw new IllegalStateException("It needs no schema, and is carried out before");
		};
	}

}
