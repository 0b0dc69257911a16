package io.agentmetrics.receiver;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The structure of the receiver.
 */
class ArchitectureTests {

	private static final String ROOT = "io.agentmetrics.receiver";

	private final JavaClasses receiver = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	@Test
	void receiverSeesNeitherTheAggregatorNorTheApi() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.agentmetrics.aggregator..", "io.agentmetrics.api..")
			.check(this.receiver);
	}

	@Test
	void receiverDoesNotMigrate() {
		noClasses().should().dependOnClassesThat().resideInAPackage("liquibase..").check(this.receiver);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(this.receiver);
	}

	@Test
	void tracesKnowNothingOfTokens() {
		noClasses().that()
			.resideInAPackage(ROOT + ".trace")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".security", ROOT + ".startup", "org.springframework.security..")
			.check(this.receiver);
	}

}
