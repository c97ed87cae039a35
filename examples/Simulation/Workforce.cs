namespace Simulation;

/// <summary>The people of a company and what happens to them. The same seed gives the same years, wherever one begins.</summary>
internal sealed class Workforce
{
    public const int TopLevel = 6;
    public const int DirectorLevel = 5;
    public const int Departments = 8;

    private const int Beginners = 8_000;
    private static readonly long[] s_salaries = [3_600_000, 4_400_000, 5_400_000, 6_800_000, 8_600_000, 11_000_000, 15_000_000];

    private readonly ulong _seed;
    private readonly List<Employee> _employees;
    private int _nextId;

    private Workforce(ulong seed, List<Employee> employees, int nextId)
    {
        _seed = seed;
        _employees = employees;
        _nextId = nextId;
    }

    public IReadOnlyList<Employee> Employees => _employees;

    public int NextId => _nextId;

    public static Workforce Found(ulong seed)
    {
        var workforce = new Workforce(seed, new List<Employee>(Beginners), 1);
        var random = workforce.RandomOf(0, 0);
        for (var i = 0; i < Beginners; i++)
            workforce._employees.Add(workforce.NewEmployee(random));
        return workforce;
    }

    public static Workforce Restore(ulong seed, IEnumerable<Employee> employees, int nextId) => new(seed, [.. employees], nextId);

    /// <summary>What happens in a month, in the order in which it does; each change must be applied before the next is asked for.</summary>
    public IEnumerable<Change> Month(int year, int month)
    {
        var random = RandomOf(year, month);
        var present = _employees.Count;
        for (var i = 0; i < present; i++)
        {
            var employee = _employees[i];
            if (random.Happens(290))
                yield return new(ChangeKind.Training, employee, 0);
            if (employee.Id % 12 == month - 1)
                yield return new(ChangeKind.Review, employee, 10 + random.Below(30));
            if (random.Happens(10))
                yield return new(ChangeKind.Transfer, employee, random.Below(Departments));
            if (random.Happens(8))
                yield return new(ChangeKind.Promotion, employee, 40 + random.Below(80));
            if (random.Happens(employee.Trainings > 6 ? 9 : 13))
                yield return new(ChangeKind.Leave, employee, 0);
        }

        var hires = present * 25 / 2_000 + random.Below(8);
        for (var i = 0; i < hires; i++)
            yield return new(ChangeKind.Hire, NewEmployee(random), 0);
        _employees.RemoveAll(static e => e.Department < 0);
    }

    /// <summary>Applies a change; false where there is nothing to change.</summary>
    public bool Apply(in Change change)
    {
        var employee = change.Employee;
        switch (change.Kind)
        {
            case ChangeKind.Hire:
                _employees.Add(employee);
                return true;
            case ChangeKind.Leave:
                employee.Department = -1;
                return true;
            case ChangeKind.Promotion:
                if (employee.Level == TopLevel)
                    return false;
                employee.Level++;
                employee.Salary += employee.Salary * change.Amount / 1_000;
                return true;
            case ChangeKind.Review:
                employee.Salary += employee.Salary * change.Amount / 1_000;
                return true;
            case ChangeKind.Transfer:
                if (employee.Department == change.Amount)
                    return false;
                employee.Department = change.Amount;
                return true;
            default:
                employee.Trainings++;
                return true;
        }
    }

    // a stream of its own for each month: a run that is resumed needs none of the numbers before
    private Random64 RandomOf(int year, int month) => new(new Random64(_seed ^ (ulong)(year * 100 + month) << 32).Next());

    private Employee NewEmployee(Random64 random)
    {
        var level = random.Below(100) switch
        {
            < 45 => 0,
            < 75 => 1,
            < 92 => 2,
            _ => 3,
        };
        return new Employee(_nextId++)
        {
            Department = random.Below(Departments),
            Level = level,
            Salary = s_salaries[level] * (900 + random.Below(200)) / 1_000,
        };
    }
}
