package io.agentmetrics.model;

import java.util.List;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may know whom within the model.
 */
class ArchitectureTests {

	private static final String MODEL = "io.agentmetrics.model";

	private static final String AGENT = MODEL + ".agent";

	private static final String EXECUTION = MODEL + ".execution";

	private static final String ERROR = MODEL + ".error";

	private static final String SKETCH = MODEL + ".sketch";

	private static final String METRICS = MODEL + ".metrics";

	private static final String NUMBER = MODEL + ".number";

	private static final String TIME = MODEL + ".time";

	private static final String DATA_SKETCHES = "org.apache.datasketches..";

	private static final DescribedPredicate<JavaClass> JDK = resideInAnyPackage("java..", "org.jspecify.annotations");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(MODEL);

	@Test
	void allPackagesAreLookedAt() {
		assertThat(CLASSES).extracting(JavaClass::getPackageName)
			.contains(AGENT, ERROR, EXECUTION, NUMBER, SKETCH, METRICS, TIME);
	}

	@Test
	void agentKnowsOnlyTheJdk() {
		check(classes().that()
			.resideInAPackage(AGENT)
			.should()
			.onlyDependOnClassesThat(JDK.or(resideInAPackage(AGENT))));
	}

	@Test
	void numberKnowsOnlyTheJdk() {
		check(classes().that()
			.resideInAPackage(NUMBER)
			.should()
			.onlyDependOnClassesThat(JDK.or(resideInAPackage(NUMBER))));
	}

	@Test
	void executionKnowsOnlyTheJdk() {
		check(classes().that()
			.resideInAPackage(EXECUTION)
			.should()
			.onlyDependOnClassesThat(JDK.or(resideInAPackage(EXECUTION))));
	}

	@Test
	void errorKnowsOnlyTheJdkAndNumbers() {
		check(classes().that()
			.resideInAPackage(ERROR)
			.should()
			.onlyDependOnClassesThat(JDK.or(resideInAnyPackage(ERROR, NUMBER))));
	}

	@Test
	void timeKnowsOnlyTheJdk() {
		check(classes().that().resideInAPackage(TIME).should().onlyDependOnClassesThat(JDK.or(resideInAPackage(TIME))));
	}

	@Test
	void sketchKnowsOnlyTheJdkNumbersAndDataSketches() {
		check(classes().that()
			.resideInAPackage(SKETCH)
			.should()
			.onlyDependOnClassesThat(JDK.or(resideInAnyPackage(SKETCH, NUMBER, DATA_SKETCHES))));
	}

	@Test
	void metricsKnowOnlyTheJdkAndTheModel() {
		check(classes().that()
			.resideInAPackage(METRICS)
			.should()
			.onlyDependOnClassesThat(
					JDK.or(resideInAnyPackage(AGENT, ERROR, EXECUTION, NUMBER, SKETCH, METRICS, TIME))));
	}

	@Test
	void onlySketchOpensTheDoorToDataSketches() {
		check(noClasses().that()
			.resideOutsideOfPackage(SKETCH)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(DATA_SKETCHES));
	}

	@Test
	void packagesFormNoCycle() {
		check(slices().matching(MODEL + ".(*)..").should().beFreeOfCycles());
	}

	@Test
	void sketchesAndErrorsFormNoCycleOfClasses() {
		check(slices().assignedFrom(new OutermostClasses(SKETCH, ERROR)).should().beFreeOfCycles());
	}

	@Test
	void everyClassResidesInOneOfThem() {
		check(classes().should().resideInAnyPackage(AGENT, ERROR, EXECUTION, NUMBER, SKETCH, METRICS, TIME));
	}

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

	/**
	 * Each class of some packages, with the classes nested in it.
	 */
	private record OutermostClasses(String... packages) implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass nested) {
			return List.of(this.packages).contains(nested.getPackageName())
					? SliceIdentifier.of(nested.getName().replaceFirst("\\$.*", "")) : SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "classes of " + List.of(this.packages);
		}

	}

}
