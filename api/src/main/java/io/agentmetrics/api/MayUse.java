package io.agentmetrics.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The packages of the API that a package may use besides itself. A test holds all code
 * against it.
 */
@Documented
@Target(ElementType.PACKAGE)
@Retention(RetentionPolicy.CLASS)
public @interface MayUse {

	/**
	 * Names of packages, from {@code io.agentmetrics.api} on.
	 */
	String[] value() default {};

}
