import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { mono, sans } from './fonts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Talktime', template: '%s · Talktime' },
  description: 'Balance, numbers and payments of your Talktime account.',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafafa' },
    { media: '(prefers-color-scheme: dark)', color: '#0b0c0e' },
  ],
}

/** Every page is rendered on request: a prerendered one has no nonce, and the policy would block its scripts. */
export default async function RootLayout({ children }: Readonly<{ children: ReactNode }>) {
  await connection()
  return (
    <html lang="en" className={`${sans.variable} ${mono.variable}`}>
      <body>{children}</body>
    </html>
  )
}
