using System.Diagnostics;
using OtelPipeline.Internal;

namespace OtelPipeline;

// What is current in a flow of control. A handle may be ended in another flow than the one that started it, or after its siblings: in the
// flow that started it, it then stays behind as current, and whoever asks next steps over it.
public abstract partial class PipelineScope
{
    private static readonly AsyncLocal<PipelineScope?> s_current = new();

    private PipelineScope? _ambientBefore;
    private Activity? _activityBefore;
    private bool _isHandle;

    /// <summary>The innermost scope of this flow of control, or null.</summary>
    internal static PipelineScope? Current => Living(s_current.Value);

    /// <summary>The span to make current again when this ends.</summary>
    private protected Activity? ActivityBefore => Living(_activityBefore, _ambientBefore);

    /// <summary>The scope in which this was started, which need not be its parent.</summary>
    private protected PipelineScope? AmbientBefore => _ambientBefore;

    internal void StartHandle()
    {
        _isHandle = true;
        Enter();
    }

    private void Enter()
    {
        var ambient = s_current.Value;
        _ambientBefore = Living(ambient);
        var activity = Activity.Current;
        _activityBefore = Living(activity, ambient);
        if (!ReferenceEquals(activity, _activityBefore))
            Activity.Current = _activityBefore;
        s_current.Value = this;
        Start();
    }

    // done where a handle is ended, and again where it is disposed: ambient values do not flow out of an async method that ended it
    private void Leave()
    {
        if (!_isHandle)
            return;
        // setting an AsyncLocal costs a new ExecutionContext: for a node, stepping over it does; a run would keep its whole world alive
        var current = s_current.Value;
        if (this is not PipelineNode || !ReferenceEquals(current, this))
        {
            var scope = current;
            while (scope is not null && !ReferenceEquals(scope, this))
                scope = scope._parent;
            if (scope is not null)
                s_current.Value = Living(_ambientBefore);
        }

        if (Activity is { } activity && Traces.IsWithin(Activity.Current, activity))
            Activity.Current = ActivityBefore;

        // handles that overlap without end must not make a chain without end
        _activityBefore = ActivityBefore;
        _ambientBefore = Living(_ambientBefore);
    }

    private static PipelineScope? Living(PipelineScope? scope)
    {
        while (scope is { _isHandle: true, HasEnded: true })
            scope = scope._ambientBefore;
        return scope;
    }

    private static Activity? Living(Activity? activity, PipelineScope? scope)
    {
        for (; scope is { _isHandle: true, HasEnded: true }; scope = scope._ambientBefore)
        {
            if (activity is not null && ReferenceEquals(activity, scope.Activity))
                activity = scope._activityBefore;
        }

        return activity;
    }
}
