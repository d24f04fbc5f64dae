import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // Types are a stage of their own in `npm run verify` and `npm test`; here they would double the time of every build.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  experimental: { serverActions: { bodySizeLimit: '64kb' } },
}

export default config
