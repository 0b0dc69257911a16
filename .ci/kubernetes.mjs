// Reads Kubernetes manifests (YAML documents) from standard input and says what is wrong with them: missing or wrong values by
// the schemas, unknown keys by the types of those schemas. Prints each object that is right.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const problems = [];

// "batch/v1" lies in a folder of that name, "v1" too, "networking.k8s.io/v1" likewise, in one of the packages
function packageOf(apiVersion) {
	return ['kubernetes-models', '@kubernetes-models/prometheus-operator'].find((name) =>
		existsSync(join(modules, name, apiVersion)),
	);
}

const documents = parseAllDocuments(readFileSync(0, 'utf8'), { merge: true });
const objects = documents.flatMap((document) => {
	document.errors.forEach((error) => problems.push(error.message));
	const object = document.toJS();
	return object ? [object] : [];
});
if (objects.length === 0) {
	problems.push('There is nothing to look at');
}

const checks = [];
for (const [index, object] of objects.entries()) {
	const name = `${object.apiVersion} ${object.kind} ${object.metadata?.name}`;
	const home = object.apiVersion && packageOf(object.apiVersion);
	if (!home || !existsSync(join(modules, home, object.apiVersion, `${object.kind}.js`))) {
		problems.push(`${name}: there is no such kind`);
		continue;
	}
	const model = `${home}/${object.apiVersion}/${object.kind}`;
	const { [object.kind]: Kind } = await import(model);
	try {
		new Kind(object).validate();
	} catch (error) {
		problems.push(`${name}: ${error.message}`);
	}
	// an object literal may have no key that its type does not have
	checks.push({
		name,
		line:
			`import { I${object.kind} as Kind${index} } from "${model}";\n` +
			`export const object${index}: Kind${index} = ${JSON.stringify(object)};\n`,
	});
	console.log(name);
}

const file = join(here, 'manifests.ts');
const options = {
	noEmit: true,
	strict: true,
	skipLibCheck: true,
	target: ts.ScriptTarget.ES2022,
	module: ts.ModuleKind.ESNext,
	moduleResolution: ts.ModuleResolutionKind.Bundler,
	types: [],
};
const host = ts.createCompilerHost(options);
const readSource = host.getSourceFile;
const source = checks.map((check) => check.line).join('');
host.getSourceFile = (path, ...rest) =>
	path === file ? ts.createSourceFile(path, source, options.target) : readSource(path, ...rest);
for (const diagnostic of ts.getPreEmitDiagnostics(ts.createProgram([file], options, host))) {
	const line =
		diagnostic.file?.fileName === file ? diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line : -1;
	const name = line < 0 ? 'types' : checks[Math.floor(line / 2)].name;
	problems.push(`${name}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`);
}

problems.forEach((problem) => console.error(problem));
process.exit(problems.length === 0 ? 0 : 1);
