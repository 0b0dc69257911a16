package io.agentmetrics.aggregator.job;

/**
 * Which version of the program this is.
 */
public final class ProgramVersion {

	private static final String UNKNOWN = "development";

	private ProgramVersion() {
	}

	/**
	 * Returns the version of the jar.
	 * @return the version, or a word for classes that were started without a jar
	 */
	public static String current() {
		String version = ProgramVersion.class.getPackage().getImplementationVersion();
		return (version != null) ? version : UNKNOWN;
	}

}
