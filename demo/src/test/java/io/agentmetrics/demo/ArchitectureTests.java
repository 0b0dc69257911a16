package io.agentmetrics.demo;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

/**
 * The launcher is plain Java: it knows the product only as jars.
 */
class ArchitectureTests {

	private static final JavaClasses demo = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.agentmetrics.demo");

	@Test
	void launcherDependsOnTheJdkAndPostgresOnly() {
		classes().should()
			.onlyDependOnClassesThat(resideInAnyPackage("java..", "javax.sql..", "org.jspecify..", "org.postgresql..",
					"io.zonky.test.db.postgres..", "io.agentmetrics.demo.."))
			.check(demo);
	}

	@Test
	void sampleKnowsNothingOfTheLauncher() {
		classes().that()
			.resideInAPackage("io.agentmetrics.demo.sample")
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage("java..", "javax.sql..", "org.jspecify..", "org.postgresql..",
					"io.agentmetrics.demo.sample"))
			.check(demo);
	}

}
