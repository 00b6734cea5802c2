/** Begins the interface. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { applyTheme, readTheme } from './frame/index.ts';
import './index.css';

applyTheme(readTheme());
const place = document.getElementById('root');
if (place !== null)
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
