package io.agentmetrics.db;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * What this module may depend on.
 */
class ArchitectureTests {

	private static final JavaClasses db = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.agentmetrics.db");

	@Test
	void dependsOnTheJdkLiquibaseTheDriverAndALogger() {
		classes().should()
			.onlyDependOnClassesThat(resideInAnyPackage("java..", "javax.sql..", "liquibase..", "org.postgresql..",
					"org.slf4j..", "org.jspecify..", "io.agentmetrics.db.."))
			.check(db);
	}

	@Test
	void driverStaysBehindCopies() {
		noClasses().that()
			.resideOutsideOfPackage("io.agentmetrics.db.copy")
			.should()
			.dependOnClassesThat(resideInAnyPackage("org.postgresql.."))
			.check(db);
	}

	@Test
	void liquibaseStaysBehindTheChangelog() {
		noClasses().that()
			.haveNameNotMatching(".*\\.(Changelog|LiquibaseLog(\\$.*)?)")
			.should()
			.dependOnClassesThat(resideInAnyPackage("liquibase.."))
			.check(db);
	}

	@Test
	void nobodyAsksWhatTimeItIs() {
		noClasses().should()
			.callMethod(java.time.LocalDate.class, "now")
			.orShould()
			.callMethod(java.time.Instant.class, "now")
			.check(db);
	}

}
