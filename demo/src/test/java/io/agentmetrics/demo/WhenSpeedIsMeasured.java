package io.agentmetrics.demo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A test that asserts how long something takes, which holds only where nothing else is at
 * work: it runs with {@code -Ddemo.speed=true}, and not in a build.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(named = "demo.speed", matches = "true", disabledReason = "measured with -Ddemo.speed=true")
@interface WhenSpeedIsMeasured {

}
