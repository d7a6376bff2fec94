using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Grants.Life;

/// <summary>The table of moves: the database has the same one, every word in it has a name in both languages, and its picture is the one that
/// the papers show. WRITE_SAMPLES=1 draws the picture anew, to be looked at before it is kept.</summary>
public sealed class GrantLifeTests
{
    private static readonly string Place = Path.Combine(Books.SourceTree.Root, "reports", "samples", "grant-life.md");
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Fact]
    public async Task The_database_has_the_programs_table_and_no_other_row()
    {
        await using TestBody body = await TestBody.New();
        await using FundDb db = body.Db();
        string[] kept = [.. (await db.Set<GrantMoveRule>().AsNoTracking().ToListAsync())
            .Select(rule => $"{rule.FromState}|{rule.Move}|{rule.ToState}|{string.Join('+', rule.Movers)}|{rule.Posts}").Order(StringComparer.Ordinal)];
        string[] written = [.. GrantLife.Table.Rules.Select(rule => string.Join('|', rule.From is { } from ? Codes.Kebab(from) : "", Codes.Kebab(rule.Move),
            Codes.Kebab(rule.To), string.Join('+', rule.By.Select(Codes.Kebab)), rule.Posts ?? "")).Order(StringComparer.Ordinal)];
        kept.ShouldBe(written);
        written.Length.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Every_state_move_and_mover_has_a_name_in_both_languages_and_a_place_in_the_table()
    {
        foreach (Enum value in Enum.GetValues<GrantState>().Cast<Enum>().Concat(Enum.GetValues<GrantMove>().Cast<Enum>()).Concat(Enum.GetValues<GrantMover>().Cast<Enum>()))
        {
            (string zh, string en) = (Said(value, "zh-CN"), Said(value, "en"));
            zh.ShouldNotBe(en);
            zh.Any(sign => char.IsAsciiLetter(sign)).ShouldBeFalse(zh);
        }

        Enum.GetValues<GrantState>().Except(GrantLife.Table.Rules.Select(rule => rule.To)).ShouldBeEmpty();
        Enum.GetValues<GrantMove>().Except(GrantLife.Table.Rules.Select(rule => rule.Move)).ShouldBeEmpty();
        Enum.GetValues<GrantMover>().Except(GrantLife.Table.Rules.SelectMany(rule => rule.By)).Except(TrancheLife.Table.Rules.SelectMany(rule => rule.By)).ShouldBeEmpty();
        Enum.GetValues<GrantState>().Where(GrantLife.Table.IsEnd).ShouldBe([GrantState.Declined, GrantState.Lapsed, GrantState.Withdrawn]);
    }

    [Fact]
    public void Only_vouchers_and_the_calendar_have_no_role_and_nobody_signs_a_move_twice()
    {
        Enum.GetValues<GrantMover>().Where(mover => mover.Roles().Count == 0).ShouldBe([GrantMover.Voucher, GrantMover.Calendar]);
        GrantLife.Table.Rules.Where(rule => rule.By.Distinct().Count() != rule.By.Count).ShouldBeEmpty();

        // What writes in the books takes two people, or gives back what nobody used.
        GrantLife.Table.Rules.Where(rule => rule.Posts == GrantLife.Commitment).ShouldAllBe(rule => rule.By.Count >= 2);
    }

    [Fact]
    public async Task The_picture_in_the_papers_is_the_tables()
    {
        StringBuilder text = new();
        text.Append("# 资助流程 / The life of a grant\n\n由程序从流程表画出，和程序里的“资助流程”页相同。 Drawn by the program from the table of moves, as its page shows it.\n");
        foreach (string language in new[] { "zh-CN", "en" })
        {
            text.Append("\n```mermaid\n").Append(GrantLife.Table.Mermaid(state => Said(state, language), move => Said(move, language), mover => Said(mover, language)))
                .Append("```\n");
        }

        if (Environment.GetEnvironmentVariable("WRITE_SAMPLES") == "1")
        {
            await File.WriteAllTextAsync(Place, text.ToString());
        }

        text.ToString().ShouldBe(await File.ReadAllTextAsync(Place));
    }

    private static string Said(Enum value, string language) => Spoken.Show(value, CultureInfo.GetCultureInfo(language));
}
