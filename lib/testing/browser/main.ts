import { resolveBrowser } from './resolve-browser'

/** Says which browser the tests would use, or fails with a sentence: `.ci/run` asks before it installs one. */
try {
  const { executablePath } = await resolveBrowser()
  console.log(executablePath ?? "Playwright's own Chromium")
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
