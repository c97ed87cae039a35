using OtelPipeline.Cli;

return Tool.Run(args);
