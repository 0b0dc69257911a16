package io.agentmetrics.aggregator;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.agentmetrics.aggregator.job.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Which way the arrows between packages point, and what nobody may do.
 */
class ArchitectureTests {

	private static final String HERE = "io.agentmetrics.aggregator";

	private static final String[] LIBRARIES = { "java..", "javax.sql..", "org.jspecify..", "org.slf4j..",
			"org.springframework..", "org.postgresql..", "io.agentmetrics.model..", "io.agentmetrics.db.lock..",
			"io.agentmetrics.db.copy.." };

	private static final JavaClasses aggregator = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(HERE);

	@Test
	void rollupIsPureArithmetic() {
		classes().that()
			.resideInAPackage(HERE + ".rollup")
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage("java..", "org.jspecify..", "io.agentmetrics.model..", HERE + ".rollup"))
			.check(aggregator);
	}

	@Test
	void leaseKnowsOnlyRollup() {
		mayDependOn("lease", "rollup");
	}

	@Test
	void sourceKnowsOnlyRollup() {
		mayDependOn("source", "rollup");
	}

	@Test
	void sinkKnowsOnlyLeaseAndRollup() {
		mayDependOn("sink", "lease", "rollup");
	}

	@Test
	void importOfFilesKnowsOnlyItsDoorAndTheLease() {
		classes().that()
			.resideInAPackage(HERE + ".door.file")
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(allowed("door.file", "door", "lease"))
				.or(resideInAnyPackage("org.apache.commons.csv", "io.agentmetrics.otlp.."))
				.or(type(RefusedException.class)))
			.check(aggregator);
	}

	@Test
	void onlyTheImportOfFilesKnowsCsv() {
		noClasses().that()
			.resideOutsideOfPackage(HERE + ".door.file")
			.should()
			.dependOnClassesThat(resideInAPackage("org.apache.commons.csv"))
			.check(aggregator);
	}

	@Test
	void onlyTheProcessImportsFiles() {
		noClasses().that()
			.resideInAnyPackage(HERE + ".*..")
			.and()
			.resideOutsideOfPackage(HERE + ".door.file")
			.should()
			.dependOnClassesThat(resideInAPackage(HERE + ".door.file"))
			.check(aggregator);
	}

	@Test
	void onlyTheExpositionSpeaksToPrometheus() {
		noClasses().that()
			.resideOutsideOfPackage(HERE + ".exposition")
			.should()
			.dependOnClassesThat(resideInAnyPackage("io.prometheus..", "io.micrometer.prometheusmetrics..",
					"io.micrometer.core..", "com.sun.net.httpserver..", "java.net.http.."))
			.check(aggregator);
	}

	@Test
	void nobodyBelowTheJobKnowsIt() {
		noClasses().that()
			.resideInAnyPackage(HERE + ".source", HERE + ".sink", HERE + ".lease", HERE + ".rollup",
					HERE + ".exposition")
			.should()
			.dependOnClassesThat(resideInAnyPackage(HERE, HERE + ".job"))
			.check(aggregator);
	}

	@Test
	void jobKnowsOfTheProcessOnlyItsSettings() {
		noClasses().that()
			.resideInAPackage(HERE + ".job")
			.should()
			.dependOnClassesThat(describe("process classes",
					(type) -> type.getPackageName().equals(HERE)
							&& !type.getName().startsWith(AggregatorProperties.class.getName())))
			.check(aggregator);
	}

	@Test
	void packagesBelowTheProcessAreFreeOfCycles() {
		slices().matching(HERE + ".(*)..").should().beFreeOfCycles().check(aggregator);
	}

	@Test
	void theApiIsAnotherProcess() {
		noClasses().should().dependOnClassesThat(resideInAnyPackage("io.agentmetrics.api..")).check(aggregator);
	}

	@Test
	void springBatchIsOfTheJobAndTheDoorsAlone() {
		noClasses().that()
			.resideOutsideOfPackages(HERE + ".job", HERE + ".door..")
			.should()
			.dependOnClassesThat(resideInAnyPackage("org.springframework.batch.."))
			.check(aggregator);
	}

	@Test
	void onlyTheProcessItselfEndsIt() {
		noClasses().that()
			.doNotHaveFullyQualifiedName(Termination.class.getName())
			.and()
			.doNotHaveFullyQualifiedName(Launcher.class.getName())
			.should()
			.callMethod(System.class, "exit", int.class)
			.orShould()
			.callMethodWhere(describe("halts the JVM",
					(JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(Runtime.class)
							&& (call.getName().equals("halt") || call.getName().equals("exit"))))
			.check(aggregator);
	}

	@Test
	void onlyTheCommandLineAndTheProgressWriteToTheTerminal() {
		noClasses().that()
			.doNotHaveFullyQualifiedName(AggregatorApplication.class.getName())
			.and()
			.doNotHaveFullyQualifiedName(HERE + ".job.Progress")
			.and()
			.doNotHaveFullyQualifiedName(HERE + ".door.file.ImportProgress")
			.and()
			.doNotHaveFullyQualifiedName(HERE + ".door.file.SpanImport")
			.and()
			.doNotHaveFullyQualifiedName(Launcher.class.getName())
			.should()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err")
			.orShould()
			.dependOnClassesThat(describe("print streams", (type) -> type.isEquivalentTo(PrintStream.class)))
			.check(aggregator);
	}

	@ParameterizedTest
	@ValueSource(classes = { Instant.class, LocalDate.class, LocalDateTime.class, LocalTime.class, OffsetDateTime.class,
			ZonedDateTime.class })
	void nobodyAsksTheSystemWhatTimeItIs(Class<?> type) {
		noClasses().should()
			.callMethodWhere(describe("now() without a clock",
					(JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(type) && call.getName().equals("now")
							&& call.getTarget()
								.getRawParameterTypes()
								.stream()
								.noneMatch((parameter) -> parameter.isEquivalentTo(Clock.class))))
			.check(aggregator);
	}

	@Test
	void onlyTheClockBeanIsTheSystemsClock() {
		noClasses().that()
			.doNotHaveFullyQualifiedName(AggregatorApplication.class.getName())
			.should()
			.callMethodWhere(describe("a clock of the system",
					(JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(Clock.class)
							&& call.getName().startsWith("system")))
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.check(aggregator);
	}

	private static void mayDependOn(String from, String... to) {
		classes().that()
			.resideInAPackage(HERE + "." + from)
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(allowed(from, to)))
			.check(aggregator);
	}

	private static String[] allowed(String from, String... to) {
		String[] allowed = new String[LIBRARIES.length + to.length + 1];
		System.arraycopy(LIBRARIES, 0, allowed, 0, LIBRARIES.length);
		allowed[LIBRARIES.length] = HERE + "." + from;
		for (int i = 0; i < to.length; i++) {
			allowed[LIBRARIES.length + 1 + i] = HERE + "." + to[i];
		}
		return allowed;
	}

}
