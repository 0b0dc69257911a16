package io.agentmetrics.otlp;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

/**
 * What this module may know.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.agentmetrics.otlp");

	@Test
	void rulesKnowNoFrameworkAndNoDatabase() {
		classes().that()
			.resideInAPackage("io.agentmetrics.otlp")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java.io", "java.nio..", "java.time..", "java.util..", "java.lang..",
					"org.jspecify.annotations", "io.agentmetrics.otlp", "io.agentmetrics.model.execution",
					"io.opentelemetry.proto..", "com.google.protobuf..", "tools.jackson..")
			.check(CLASSES);
	}

	@Test
	void storeKnowsTheRulesAndJdbc() {
		classes().that()
			.resideInAPackage("io.agentmetrics.otlp.store")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java.nio.charset", "java.sql", "java.time..", "java.util..", "java.lang..",
					"org.jspecify.annotations", "io.agentmetrics.otlp..", "io.agentmetrics.model.execution",
					"io.agentmetrics.db.copy", "io.agentmetrics.db.lock")
			.check(CLASSES);
	}

}
