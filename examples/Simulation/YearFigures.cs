using System.Globalization;
using System.Text;

namespace Simulation;

/// <summary>What came out of a year. Amounts are cents.</summary>
internal sealed record YearFigures(int Year, int[] Changes, int Headcount, long Payroll, long MedianSalary, int[] HeadcountByDepartment)
{
    public int Events => Changes.Sum();

    public int Of(ChangeKind kind) => Changes[(int)kind];

    public static YearFigures Of(int year, int[] changes, Workforce workforce)
    {
        var salaries = workforce.Employees.Select(e => e.Salary).Order().ToArray();
        var departments = new int[Workforce.Departments];
        foreach (var employee in workforce.Employees)
            departments[employee.Department]++;
        return new(year, changes, workforce.Employees.Count, salaries.Sum(), salaries[salaries.Length / 2], departments);
    }

    /// <summary>Writes all years as one table; returns its size in bytes.</summary>
    public static async Task<long> WriteAsync(IEnumerable<YearFigures> years, string path, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("year,headcount");
        foreach (var kind in Enum.GetNames<ChangeKind>())
            text.Append(',').Append(kind.ToLowerInvariant());
        text.Append(",payroll,median_salary");
        for (var i = 0; i < Workforce.Departments; i++)
            text.Append(CultureInfo.InvariantCulture, $",department_{i}");
        text.Append('\n');
        foreach (var year in years)
        {
            text.Append(CultureInfo.InvariantCulture, $"{year.Year},{year.Headcount},")
                .AppendJoin(',', year.Changes)
                .Append(CultureInfo.InvariantCulture, $",{Euros(year.Payroll)},{Euros(year.MedianSalary)},")
                .AppendJoin(',', year.HeadcountByDepartment)
                .Append('\n');
        }

        return await Files.ReplaceAsync(path, Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
    }

    private static string Euros(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
