package io.agentmetrics.aggregator;

import java.lang.reflect.InvocationTargetException;

/**
 * The first class of the jar, and the only one that older versions of Java can read: says
 * which version is needed where that is missing, and starts the aggregator otherwise.
 */
public final class Launcher {

	private static final int NEEDED = 25;

	private static final int WRONG_SETTING = 2;

	private Launcher() {
	}

	public static void main(String[] arguments) throws ReflectiveOperationException {
		int version = Runtime.version().feature();
		if (version < NEEDED) {
			System.err.println("The aggregator needs Java " + NEEDED + " or newer, but this is Java " + version + ".");
			System.exit(WRONG_SETTING);
		}
		try {
			// by its name: this class is compiled without the others
			Class.forName("io.agentmetrics.aggregator.AggregatorApplication")
				.getMethod("main", String[].class)
				.invoke(null, (Object) arguments);
		}
		catch (InvocationTargetException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

}
