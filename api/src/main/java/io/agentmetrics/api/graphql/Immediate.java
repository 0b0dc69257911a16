package io.agentmetrics.api.graphql;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field of the schema that is computed from what is there already. It is answered
 * on the thread of its request; every other field may have to wait for the database, and
 * gets a thread of its own.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Immediate {

}
