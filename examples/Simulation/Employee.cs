namespace Simulation;

/// <summary>Somebody who works here.</summary>
internal sealed record Employee(int Id)
{
    public int Department { get; set; }

    /// <summary>0 to <see cref="Workforce.TopLevel"/>.</summary>
    public int Level { get; set; }

    /// <summary>Cents a year: whole numbers add up to the same on every machine.</summary>
    public long Salary { get; set; }

    public int Trainings { get; set; }
}

internal enum ChangeKind
{
    Hire,
    Leave,
    Promotion,
    Review,
    Training,
    Transfer,
}

/// <summary>Something that happens to an employee.</summary>
/// <param name="Amount">Per mille of the salary, or a department; what else it is depends on the kind.</param>
internal readonly record struct Change(ChangeKind Kind, Employee Employee, int Amount);
