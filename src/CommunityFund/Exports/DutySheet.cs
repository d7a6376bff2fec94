using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>不相容岗位: what was kept apart on the last day and who held both all the same, and the versions before it.</summary>
internal sealed class DutySheet
{
    private readonly LocalDate _day;
    private readonly List<DutyMatrix> _versions;
    private readonly Dictionary<long, Proposal> _proposals;
    private readonly List<DutyPair> _pairs;
    private readonly ILookup<Role, long> _holders;

    private DutySheet(
        LocalDate day, List<DutyMatrix> versions, Dictionary<long, Proposal> proposals, List<DutyPair> pairs, ILookup<Role, long> holders) =>
        (_day, _versions, _proposals, _pairs, _holders) = (day, versions, proposals, pairs, holders);

    public static async Task<DutySheet> Of(Work work, LocalDate day, CancellationToken ct)
    {
        List<DutyMatrix> versions = await work.Db.Set<DutyMatrix>().AsNoTracking().Where(row => row.BookId == work.Book && row.ValidFrom <= day)
            .OrderByDescending(row => row.MatrixId).ToListAsync(ct);
        long[] asked = [.. versions.Select(row => row.ProposalId).OfType<long>()];
        Dictionary<long, Proposal> proposals = await work.Db.Set<Proposal>().AsNoTracking()
            .Where(row => row.BookId == work.Book && asked.Contains(row.ProposalId)).ToDictionaryAsync(row => row.ProposalId, ct);
        List<RoleGrant> held = await work.Db.Set<RoleGrant>().AsNoTracking().Where(row => row.BookId == work.Book && row.ValidFrom <= day
            && (row.ValidUntil == null || row.ValidUntil >= day)).ToListAsync(ct);
        return new DutySheet(day, versions, proposals,
            [.. (await Duties.InForce(work, day, ct)).OrderBy(pair => pair.One).ThenBy(pair => pair.Other)],
            held.Select(row => (row.Role, row.PersonId)).Distinct().ToLookup(row => row.Role, row => row.PersonId));
    }

    public void Draw(IXLWorksheet sheet, Words words)
    {
        IReadOnlyList<DutyPair> law = Duties.Of(DutyPreset.Three);
        SheetPen pen = new(sheet, words, 4);
        pen.Title("export.duties.title");
        pen.Line(_versions.Count > 0 ? words["export.duties.in-force", _day, _versions[0].Preset, _versions[0].ValidFrom]
            : words["export.duties.law-only", _day]);
        pen.Heads("export.duties.one", "export.duties.other", "export.duties.ground", "export.duties.both");
        int head = pen.Row;
        foreach (DutyPair pair in _pairs)
        {
            long[] both = [.. _holders[pair.One].Intersect(_holders[pair.Other]).Order()];
            pen.Texts(words.Show(pair.One), words.Show(pair.Other), words[law.Contains(pair) ? "export.duties.law" : "export.duties.matrix"],
                both.Length == 0 ? words["export.duties.nobody"] : words["export.duties.persons", Numbers(both)]);
            pen.Cell(4).Style.Fill.SetBackgroundColor(XLColor.FromHtml(both.Length == 0 ? "#D8EFDC" : "#F7D4D4"));
        }

        pen.Frame(head);
        pen.Skip();
        pen.Heads("export.duties.version", "export.duties.from", "export.field.proposed-by", "export.field.confirmed-by");
        int first = pen.Row;
        foreach (DutyMatrix version in _versions)
        {
            Proposal? by = version.ProposalId is { } id ? _proposals.GetValueOrDefault(id) : null;
            pen.Texts(words.Show(version.Preset), words.Show(version.ValidFrom), null, null);
            Person(pen.Cell(3), by?.ProposedBy, words);
            Person(pen.Cell(4), by?.DecidedBy, words);
        }

        pen.Frame(first);
        pen.Line(words["export.duties.names"]);
        pen.SetUpPage(head, isWide: false, 24, 24, 22, 28);
    }

    private static void Person(IXLCell cell, long? person, Words words) =>
        cell.Write(person is { } id ? Numbers([id]) : words["export.duties.at-once"])
            .Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);

    private static string Numbers(IEnumerable<long> people) =>
        string.Join(", ", people.Select(person => person.ToString(CultureInfo.InvariantCulture)));
}
