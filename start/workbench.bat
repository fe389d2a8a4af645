@echo off
rem Opens the workbench in a browser: double-click. The first time it sets Groundplan up, which takes a few minutes.
cd /d "%~dp0.."
where py >nul 2>nul && (py -3 run.py serve %*) || (python run.py serve %*)
pause
