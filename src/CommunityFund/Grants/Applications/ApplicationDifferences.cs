using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>What became of a field or row.</summary>
public enum ChangeKind
{
    /// <summary>新增.</summary>
    Added,

    /// <summary>删去.</summary>
    Removed,

    /// <summary>修改.</summary>
    Changed,
}

/// <summary>A difference between two texts.</summary>
/// <param name="Row">Which step, indicator, member or budget line; empty where a section has one such field.</param>
/// <param name="Before">What stood there; null if nothing.</param>
/// <param name="After">What stands there; null if nothing.</param>
public sealed record Difference(SectionKind Section, ApplicationField Field, string Row, ChangeKind Kind, object? Before, object? After);

/// <summary>Two texts of an application side by side.</summary>
public sealed record DifferencesView(
    long Grant, string Number, string Title, SnapshotRow Before, SnapshotRow? After, IReadOnlyList<Difference> Differences);

/// <summary>What changed from one signed text to another, or to the application as it stands.</summary>
/// <param name="To">Null: as it stands.</param>
public sealed record ApplicationDifferences(long Grant, short From, short? To = null) : Query<DifferencesView>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<DifferencesView> Answer(Work work, CancellationToken ct)
    {
        GrantCase row = await ReadableCase.Of(work, Grant, ct);
        ApplicationView before = await ReadApplication.Of(work, row, From, ct), after = await ReadApplication.Of(work, row, To, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [.. ReadApplication.PeopleOf(before.Text.Team), .. ReadApplication.PeopleOf(after.Text.Team)], ct);
        return new DifferencesView(Grant, row.Number, row.Title, before.Signed.Single(each => each.No == From),
            before.Signed.SingleOrDefault(each => each.No == To), new TextDifferences(names, before.Needs).Between(before.Text, after.Text));
    }
}

/// <summary>Compares texts section by section, and within them row by row: rows are known by what they are called.</summary>
internal sealed class TextDifferences(IReadOnlyDictionary<long, string> names, IReadOnlyList<NeedChoice> needs)
{
    private readonly List<Difference> _found = [];

    public IReadOnlyList<Difference> Between(SignedText before, SignedText after)
    {
        Field(SectionKind.Need, ApplicationField.Needs, Needs(before.Need), Needs(after.Need));
        Field(SectionKind.Need, ApplicationField.Why, before.Need.Why, after.Need.Why);
        Field(SectionKind.Need, ApplicationField.HowKnown, before.Need.HowKnown, after.Need.HowKnown);
        Field(SectionKind.Purpose, ApplicationField.Aim, before.Purpose.Aim, after.Purpose.Aim);
        Field(SectionKind.Purpose, ApplicationField.ForWhom, before.Purpose.ForWhom, after.Purpose.ForWhom);
        Field(SectionKind.Purpose, ApplicationField.People, before.Purpose.People, after.Purpose.People);
        Rows(SectionKind.Plan, ApplicationField.Step, before.Plan.Steps, after.Plan.Steps, step => step.What, (row, was, now) =>
        {
            Field(SectionKind.Plan, ApplicationField.From, was.From, now.From, row);
            Field(SectionKind.Plan, ApplicationField.Until, was.Until, now.Until, row);
        });
        Rows(SectionKind.Indicators, ApplicationField.Indicator, before.Indicators.Indicators, after.Indicators.Indicators, each => each.Name,
            (row, was, now) => Field(SectionKind.Indicators, ApplicationField.Measure, Measure(was), Measure(now), row));
        Field(SectionKind.Team, ApplicationField.Group, before.Team.Group, after.Team.Group);
        Field(SectionKind.Team, ApplicationField.Organisation, Name(before.Team.Organisation), Name(after.Team.Organisation));
        Field(SectionKind.Team, ApplicationField.FinLead, Name(before.Team.FinLead), Name(after.Team.FinLead));
        Field(SectionKind.Team, ApplicationField.Signer, Name(before.Team.Signer), Name(after.Team.Signer));
        Rows(SectionKind.Team, ApplicationField.Member, before.Team.Members, after.Team.Members, each => Name(each.Person) ?? "",
            (row, was, now) => Field(SectionKind.Team, ApplicationField.Duty, was.Duty, now.Duty, row));
        Field(SectionKind.Budget, ApplicationField.Total, before.Budget.Total, after.Budget.Total);
        Rows(SectionKind.Budget, ApplicationField.Line, before.Budget.Lines, after.Budget.Lines, line => line.What, (row, was, now) =>
        {
            Field(SectionKind.Budget, ApplicationField.Line, was.Category, now.Category, row);
            Field(SectionKind.Budget, ApplicationField.Quantity, $"{was.Quantity} {was.Unit}", $"{now.Quantity} {now.Unit}", row);
            Field(SectionKind.Budget, ApplicationField.UnitPrice, was.UnitPrice, now.UnitPrice, row);
            Field(SectionKind.Budget, ApplicationField.Own, was.Own, now.Own, row);
        }, line => line.Cost);
        Rows(SectionKind.Papers, ApplicationField.Paper, before.Papers, after.Papers, paper => $"{paper.Name} {paper.Sha256[..8]}", (_, _, _) => { });
        return _found;
    }

    private void Field(SectionKind section, ApplicationField field, object? before, object? after, string row = "")
    {
        if (!Equals(before, after))
        {
            _found.Add(new Difference(section, field, row, ChangeKind.Changed, before, after));
        }
    }

    /// <summary>Rows of the same name are compared in their order; what has no counterpart was added or removed.</summary>
    private void Rows<T>(SectionKind section, ApplicationField field, IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> name,
        Action<string, T, T> compare, Func<T, object?>? shown = null)
    {
        Dictionary<string, Queue<T>> left = before.GroupBy(name).ToDictionary(same => same.Key, same => new Queue<T>(same));
        List<T> added = [];
        foreach (T now in after)
        {
            if (left.GetValueOrDefault(name(now)) is { Count: > 0 } same)
            {
                compare(name(now), same.Dequeue(), now);
            }
            else
            {
                added.Add(now);
            }
        }

        _found.AddRange(left.Values.SelectMany(rest => rest).Select(was =>
            new Difference(section, field, name(was), ChangeKind.Removed, shown?.Invoke(was) ?? name(was), null)));
        _found.AddRange(added.Select(now => new Difference(section, field, name(now), ChangeKind.Added, null, shown?.Invoke(now) ?? name(now))));
    }

    private string Needs(NeedText text) => string.Join("; ", text.Needs.Select(no => needs.FirstOrDefault(need => need.No == no)?.What ?? $"{no}"));

    private string? Name(long? person) => person is { } id ? names.GetValueOrDefault(id) : null;

    private static string Measure(Indicator row) => $"{row.Baseline} → {row.Target} {row.Unit}";
}
