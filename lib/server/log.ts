import pino, { type DestinationStream, type Level, type Logger } from 'pino'

/**
 * The process's logger. What is known to be secret by its name is cut by path; then every finished line is searched
 * for what is secret by its form, since a key or an address can stand in any message or stack.
 */
export function createLogger(level: Level | 'silent', destination: DestinationStream): Logger {
  return pino(
    { level, base: null, redact: { paths: SECRET_PATHS, censor: '[redacted]' } },
    { write: (line) => destination.write(redactSecrets(line)) },
  )
}

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'password',
  'passwordHash',
  'clientSecret',
  'sessionToken',
  'token',
]
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

const SECRET_FORMS: readonly (readonly [RegExp, string])[] = [
  [/\b((?:sk|rk|pk)_(?:live|test)_)[0-9A-Za-z_]+/g, '$1[redacted]'],
  [/\btt_session_[0-9A-Za-z]+/g, 'tt_session_[redacted]'],
  [/\b(\d+\|)[0-9A-Za-z]{38}\b/g, '$1[redacted]'],
  [/(\/invitation\?token=|%2Finvitation%3Ftoken%3D)[\w-]+/g, '$1[redacted]'],
  [/(\/pay\/)[\w-]{43}/g, '$1[redacted]'],
  [/\bwhsec_[^\s"',;]+/g, 'whsec_[redacted]'],
  [/\b((?:cs|pi|seti)_[0-9A-Za-z_]+_secret_)[^\s"',;\\]+/g, '$1[redacted]'],
  [/\b(bearer) +[^\s"',;\\]+/gi, '$1 [redacted]'],
  [/(talktime\.session=)[^\s"',;\\]+/g, '$1[redacted]'],
  [/(\b(?:postgres(?:ql)?|smtps?):\/\/[^\s:@/"]*:)[^\s@"]+@/g, '$1[redacted]@'],
  [/[^\s"'<>(),:;\\@=/]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+/g, '[e-mail]'],
]

/** The text without keys, tokens, client secrets, database passwords and e-mail addresses. */
function redactSecrets(text: string): string {
  return SECRET_FORMS.reduce((rest, [form, replacement]) => rest.replace(form, replacement), text)
}
