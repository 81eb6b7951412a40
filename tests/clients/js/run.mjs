// Does the steps on standard input with @opensearch-project/opensearch, and prints what they were answered.
// It runs in the folder of the installation; in and out are those of ../python/run.py.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Client, errors } = createRequire(`${process.cwd()}/`)('@opensearch-project/opensearch');

const task = JSON.parse(readFileSync(0, 'utf8'));
const clients = new Map();
const saved = {};

function connect(who) {
  const [username, given] = who.split(':');
  const password = given ?? (username === 'admin' ? 'admin' : `pw-${username}-123!`);
  return new Client({
    node: task.url,
    auth: { username, password },
    ssl: { ca: readFileSync(task.ca) },
    compression: task.options.gzip ? 'gzip' : false,
    suggestCompression: task.options.gzip,
    maxRetries: 0,
    requestTimeout: 60000,
  });
}

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function method(client, call) {
  if (call === 'request') return (params) => client.transport.request({ querystring: {}, ...params });
  const path = call.split('.').map(camel);
  const last = path.pop();
  const owner = path.reduce((found, name) => found[name], client);
  return (params) => owner[last](params);
}

async function answered(call, params) {
  try {
    const { body, statusCode, warnings, headers } = await call(params);
    return { status: statusCode, body, warnings: warnings ?? [], headers: Object.keys(headers) };
  } catch (error) {
    if (!(error instanceof errors.ResponseError)) throw error;
    const { body, statusCode, warnings, headers } = error.meta;
    return { status: statusCode, body, warnings: warnings ?? [], headers: Object.keys(headers) };
  }
}

async function step({ as, call, with: params = {}, save = {} }) {
  if (!clients.has(as)) clients.set(as, connect(as));
  const text = JSON.stringify(params).replace(/\$\{(\w+)\}/g, (_, name) => saved[name]);
  const answer = await answered(method(clients.get(as), call), JSON.parse(text));
  for (const [name, key] of Object.entries(save)) saved[name] = answer.body[key];
  return answer;
}

const answers = [];
for (const each of task.steps) answers.push(await step(each));

const ml = new Client({ node: task.url }).ml;
const names = new Set();
for (let owner = ml; owner && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
  Object.getOwnPropertyNames(owner).forEach((name) => names.add(snake(name)));
}
const methods = [...names].filter((name) => name.includes('model_group')).map((name) => `ml.${name}`);
console.log(JSON.stringify({ methods, saved, answers }));
