import { LaunchError } from './launch-error'
import { ensureBuild } from './programs/ensure-build'

/** Builds the app unless the build of these very sources is there already. */
try {
  const outcome = await ensureBuild((line) => console.log(line))
  if (outcome === 'kept') console.log('The build of these sources is there already.')
} catch (error) {
  if (!(error instanceof LaunchError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
