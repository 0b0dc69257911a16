package io.agentmetrics.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.stereotype.Controller;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Which way the arrows point.
 */
class ArchitectureTests {

	private static final String[] FEATURES = { "..api.ledger..", "..api.realtime..", "..api.aggregated..",
			"..api.hybrid..", "..api.agent..", "..api.dashboard..", "..api.execution..", "..api.health..",
			"..api.export..", "..api.push..", "..api.exposition.." };

	/** What any feature may use. */
	private static final String[] SHARED = { "..api.cache..", "..api.graphql..", "..api.security..", "..api.problem..",
			"..api.window..", "..api.change..", "..api.series..", "..api.limit..", "..api.paging..", "..api.evidence..",
			"..api.startup..", "..api.page.." };

	private final JavaClasses api = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.agentmetrics.api");

	@Test
	void everyPackageIsAFeatureOrShared() {
		classes().that()
			.resideOutsideOfPackage("io.agentmetrics.api")
			.should()
			.resideInAnyPackage(Stream.of(FEATURES, SHARED).flatMap(Arrays::stream).toArray(String[]::new))
			.check(this.api);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("io.agentmetrics.api.(*)..").should().beFreeOfCycles().check(this.api);
	}

	@Test
	void apiDoesNotSeeTheAggregator() {
		noClasses().should().dependOnClassesThat().resideInAPackage("io.agentmetrics.aggregator..").check(this.api);
	}

	@Test
	void apiDoesNotMigrate() {
		noClasses().should().dependOnClassesThat().resideInAPackage("liquibase..").check(this.api);
	}

	@Test
	void whatFeaturesShareKnowsNoFeature() {
		noClasses().that()
			.resideInAnyPackage(SHARED)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(FEATURES)
			.check(this.api);
	}

	@Test
	void sourcesKnowNoOtherFeature() {
		noClasses().that()
			.resideInAnyPackage("..api.realtime..", "..api.aggregated..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("..api.ledger..", "..api.hybrid..", "..api.agent..", "..api.dashboard..")
			.check(this.api);
	}

	@Test
	void hybridKnowsItsSourcesOnly() {
		noClasses().that()
			.resideInAPackage("..api.hybrid..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("..api.agent..", "..api.dashboard..", "java.sql..", "org.springframework.jdbc..")
			.check(this.api);
	}

	@Test
	void executionsKnowNoOtherFeature() {
		noClasses().that()
			.resideInAPackage("..api.execution..")
			.should()
			.dependOnClassesThat(resideInAnyPackage(FEATURES).and(not(resideInAPackage("..api.execution.."))))
			.check(this.api);
	}

	@Test
	void healthKnowsNoOtherFeatureThanExecutionsAndLedger() {
		noClasses().that()
			.resideInAPackage("..api.health..")
			.should()
			.dependOnClassesThat(resideInAnyPackage(FEATURES)
				.and(not(resideInAnyPackage("..api.health..", "..api.execution..", "..api.ledger.."))))
			.check(this.api);
	}

	@Test
	void agentsAndDashboardDoNotSeeEachOther() {
		noClasses().that()
			.resideInAPackage("..api.agent..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("..api.dashboard..")
			.check(this.api);
		noClasses().that()
			.resideInAPackage("..api.dashboard..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("..api.agent..")
			.check(this.api);
	}

	@Test
	void ledgerKnowsNoOtherFeature() {
		noClasses().that()
			.resideInAPackage("..api.ledger..")
			.should()
			.dependOnClassesThat(resideInAnyPackage(FEATURES).and(not(resideInAPackage("..api.ledger.."))))
			.check(this.api);
	}

	@Test
	void exportKnowsAgentsDashboardAndLedgerOnly() {
		noClasses().that()
			.resideInAPackage("..api.export..")
			.should()
			.dependOnClassesThat(resideInAnyPackage(FEATURES)
				.and(not(resideInAnyPackage("..api.export..", "..api.agent..", "..api.dashboard..", "..api.ledger.."))))
			.check(this.api);
	}

	@Test
	void pushKnowsAgentsAndDashboardOnly() {
		noClasses().that()
			.resideInAPackage("..api.push..")
			.should()
			.dependOnClassesThat(resideInAnyPackage(FEATURES)
				.and(not(resideInAnyPackage("..api.push..", "..api.agent..", "..api.dashboard.."))))
			.check(this.api);
	}

	@ParameterizedTest
	@ValueSource(strings = { "export", "exposition", "page", "push", "security", "startup" })
	void nobodyNeedsWhatStandsAtTheEdge(String edge) {
		noClasses().that()
			.resideOutsideOfPackage("..api." + edge + "..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("..api." + edge + "..")
			.check(this.api);
	}

	@Test
	void featuresShowOnlyTheirQueriesAndValues() {
		classes().that()
			.resideInAnyPackage(FEATURES)
			.and()
			.areTopLevelClasses()
			.and()
			.arePublic()
			.should()
			.beInterfaces()
			.orShould()
			.beRecords()
			.orShould()
			.beEnums()
			.check(this.api);
	}

	@Test
	void sqlStaysInRepositories() {
		noClasses().that()
			.haveSimpleNameEndingWith("Controller")
			.or()
			.haveSimpleNameStartingWith("Computed")
			.or()
			.haveSimpleNameStartingWith("Cached")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.sql..", "org.springframework.jdbc..")
			.check(this.api);
	}

	@Test
	void controllersAreNotPublic() {
		classes().that()
			.areAnnotatedWith(Controller.class)
			.should()
			.notHaveModifier(JavaModifier.PUBLIC)
			.check(this.api);
	}

	@Test
	void nobodyAsksTheSystemForTheTime() {
		noClasses().that()
			.doNotHaveFullyQualifiedName(ApiApplication.class.getName())
			.should()
			.callMethod(Instant.class, "now")
			.orShould()
			.callMethod(LocalDate.class, "now")
			.orShould()
			.callMethod(OffsetDateTime.class, "now")
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.check(this.api);
	}

}
