package io.agentmetrics.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.agentmetrics.api.graphql.Immediate;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

import org.springframework.stereotype.Controller;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The structure of the API: which package may use which others, and what only some
 * classes may do.
 */
class ArchitectureTests {

	private static final String ROOT = "io.agentmetrics.api";

	private final JavaClasses api = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.agentmetrics.api");

	@Test
	void packagesUseOnlyWhatTheirDoorAllows() {
		SoftAssertions.assertSoftly((softly) -> {
			for (JavaClass each : this.api) {
				String own = nameOf(each);
				softly.assertThat(usesOf(each)).as(each.getName()).isSubsetOf(allowedFor(each, own));
			}
		});
	}

	@Test
	void doorsAllowNothingThatIsNotUsed() {
		Map<String, Set<String>> used = new TreeMap<>();
		Map<String, Set<String>> allowed = new TreeMap<>();
		for (JavaClass each : this.api) {
			String own = nameOf(each);
			used.computeIfAbsent(own, (name) -> new TreeSet<>()).addAll(usesOf(each));
			used.get(own).remove(own);
			allowed.put(own, allowedFor(each, own));
			allowed.get(own).remove(own);
		}
		used.remove("");
		allowed.remove("");
		assertThat(allowed).isEqualTo(used);
	}

	private static Set<String> usesOf(JavaClass each) {
		return each.getDirectDependenciesFromSelf()
			.stream()
			.map((dependency) -> dependency.getTargetClass().getBaseComponentType())
			.filter((target) -> target.getPackageName().startsWith(ROOT + "."))
			.map(ArchitectureTests::nameOf)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Set<String> allowedFor(JavaClass each, String own) {
		Set<String> allowed = new TreeSet<>(Set.of(own));
		if (!own.isEmpty()) {
			allowed.addAll(List.of(each.getPackage().getAnnotationOfType(MayUse.class).value()));
		}
		return allowed;
	}

	private static String nameOf(JavaClass each) {
		return each.getPackageName().substring(ROOT.length()).replaceFirst("^\\.", "");
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(this.api);
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
	void repositoriesAreNotPublic() {
		classes().that()
			.haveSimpleNameEndingWith("Repository")
			// a plan reads the ledger of its own snapshot, health the executions in
			// progress
			.and()
			.doNotHaveSimpleName("LedgerRepository")
			.and()
			.doNotHaveSimpleName("ExecutionRepository")
			.should()
			.notBePublic()
			.check(this.api);
	}

	@Test
	void sqlStaysInRepositories() {
		noClasses().that()
			.haveSimpleNameEndingWith("Controller")
			.or()
			.haveSimpleNameEndingWith("Source")
			.or()
			.haveSimpleNameEndingWith("Reader")
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

	/** A static method has no repository to wait for. */
	@Test
	void immediateFieldsAreStatic() {
		methods().that().areAnnotatedWith(Immediate.class).should().beStatic().check(this.api);
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
