using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Bans;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants.Life;
using CommunityFund.Tests.Grants.Rounds;
using NodaTime;

namespace CommunityFund.Tests.Grants.Bans;

/// <summary>Bans from applying: by resolution, with clause and evidence, three years at most, lifted by another.</summary>
public sealed class BanTests
{
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Fact]
    public async Task A_ban_holds_from_its_first_day_to_its_last_or_until_another_lifts_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Somebody("石磊", Role.Lead);
        (_, FundSession panels) = await body.Somebody("白监审", Role.Panel);
        (_, FundSession steers) = await body.Somebody("方组长", Role.Steer);
        (_, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        long ban = await steers.Run(RoundTests.Banned("石磊") with { From = new LocalDate(2026, 3, 25) });
        BanRow row = (await desks.Ask(new BanList())).Rows.Single();
        (row.State, row.Name, row.Clause, row.Resolution, row.ImposedBy, row.MayLift)
            .ShouldBe((BanState.Coming, "石磊", "指南第九条：弄虚作假", "领导小组决议 2026-7", "方组长", false));
        body.Clock.Now = Instant.FromUtc(2026, 3, 24, 16, 0);
        (await desks.Ask(new BanList())).Rows.Single().State.ShouldBe(BanState.InForce);
        (await steers.Ask(new BanList())).Rows.Single().MayLift.ShouldBeFalse();
        (await panels.Ask(new BanList())).Rows.Single().MayLift.ShouldBeTrue();
        await Refused(() => steers.Run(new LiftBan(TestBody.Key, ban, "申诉成立")), LiftBan.Another, "另一位");
        await Refused(() => panels.Run(new LiftBan(TestBody.Key, ban, " ")), LiftBan.ReasonMissing, "500");
        await Refused(() => panels.Run(new LiftBan(TestBody.Key, 987, "申诉成立")), GrantBan.Unknown, "987");
        await panels.Run(new LiftBan(TestBody.Key, ban, "申诉成立，见监审组决定 2026-2"));
        (await desks.Ask(new BanList())).Rows.Single().State.ShouldBe(BanState.Lifted);
        await Refused(() => panels.Run(new LiftBan(TestBody.Key, ban, "申诉成立")), LiftBan.Ended, "2027-03-20");

        // Lifted, it does not stand in the way of another; that one ends by itself.
        await panels.Run(RoundTests.Banned("石磊") with { From = new LocalDate(2026, 4, 1), Until = new LocalDate(2026, 4, 30) });
        body.Clock.Now = Instant.FromUtc(2026, 4, 30, 16, 0);
        (await desks.Ask(new BanList())).Rows.Select(each => each.State).ShouldBe([BanState.Lifted, BanState.Over], ignoreOrder: true);
        (await BankNotation.RefusalOf(() => body.Foundation.SessionOf(999, body.Book).Ask(new BanList()))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task What_a_ban_may_not_be_is_refused_with_its_fact_and_who_can_put_it_right()
    {
        await using TestBody body = await TestBody.New();
        await body.Somebody("石磊", Role.Lead);
        (_, FundSession steers) = await body.Somebody("方组长", Role.Steer);
        ImposeBan good = RoundTests.Banned("石磊");
        foreach ((ImposeBan bad, string code, string[] shown) in new (ImposeBan, string, string[])[]
        {
            (good with { Name = "" }, ImposeBan.WordsMissing, ["100"]),
            (good with { Clause = "" }, ImposeBan.WordsMissing, ["依据条款"]),
            (good with { Evidence = new string('长', 1001) }, ImposeBan.WordsMissing, ["1000"]),
            (good with { Resolution = "" }, ImposeBan.WordsMissing, ["决议编号"]),
            (good with { Until = new LocalDate(2026, 3, 19) }, ImposeBan.BadSpan, ["2026-03-20", "2026-03-19"]),
            (good with { Until = new LocalDate(2029, 3, 21) }, ImposeBan.BadSpan, ["2029-03-21", "3 年"]),
            (good with { From = new LocalDate(2025, 3, 1) }, ImposeBan.BadSpan, ["2025-03-01"]),
            (good with { Name = "没这人" }, ImposeBan.NobodyCalledSo, ["没这人"]),
            (good with { Kind = PersonKind.Organisation }, ImposeBan.NobodyCalledSo, ["石磊"]),
            (good with { Evidence = "石磊报假账" }, ImposeBan.NameInWords, ["石磊"]),
            (RoundTests.Banned("方组长"), ImposeBan.OwnBan, ["自己"]),
        })
        {
            await Refused(() => steers.Run(bad with { Key = TestBody.Key }), code, shown);
        }

        await steers.Run(good with { Until = new LocalDate(2029, 3, 20) });
        await Refused(() => steers.Run(good with { Key = TestBody.Key, From = new LocalDate(2027, 1, 1), Until = new LocalDate(2027, 2, 1) }), ImposeBan.RunsAlready,
            "石磊", "2029-03-20");
        (await BankNotation.RefusalOf(() => body.Reviewer.Run(good with { Key = TestBody.Key }))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task PostgreSQL_keeps_a_ban_within_three_years_lifted_once_and_by_another()
    {
        await using TestBody body = await TestBody.New();
        await body.Somebody("石磊", Role.Lead);
        (_, FundSession steers) = await body.Somebody("方组长", Role.Steer);
        long ban = await steers.Run(RoundTests.Banned("石磊"));
        const string Lift = "update grant_ban set lifted_by = {0}, lifted_at = now(), lift_reason = '{1}' where true";
        foreach ((string sql, string constraint) in new[]
        {
            ("insert into grant_ban (book_id, person_id, clause, evidence, resolution, from_day, until_day, imposed_by, imposed_at) "
                + "values (1, 5, 'x', 'x', 'x', '2026-03-20', '2029-03-21', 6, now())", "grant_ban_span"),
            ("insert into grant_ban (book_id, person_id, clause, evidence, resolution, from_day, until_day, imposed_by, imposed_at) "
                + "values (1, 6, 'x', 'x', 'x', '2026-03-20', '2026-03-21', 6, now())", "grant_ban_own"),
            (string.Format(CultureInfo.InvariantCulture, Lift, 6, "x"), "grant_ban_lifted_apart"),
            (string.Format(CultureInfo.InvariantCulture, Lift, 5, "x"), "grant_ban_lifted_apart"),
            (string.Format(CultureInfo.InvariantCulture, Lift, 2, ""), "grant_ban_lifted"),
            ("update grant_ban set until_day = until_day - 1", "append_only"), ("delete from grant_ban", "append_only"), ("truncate grant_ban", "append_only"),
        })
        {
            Npgsql.PostgresException refused = await Should.ThrowAsync<Npgsql.PostgresException>(() => Owner(body, sql), sql);
            refused.ConstraintName.ShouldBe(constraint, sql);
            Books.ConstraintWordsTests.Tell(refused);
        }

        await Owner(body, string.Format(CultureInfo.InvariantCulture, Lift, 2, "申诉成立"));
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => Owner(body, "update grant_ban set lift_reason = '改过'"))).ConstraintName.ShouldBe("append_only");
        ban.ShouldBe(1);
    }

    private static async Task Owner(TestBody body, string sql)
    {
        await using Npgsql.NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using Npgsql.NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task Refused(Func<Task> act, string code, params string[] shown)
    {
        Refusal refusal = await BankNotation.RefusalOf(act);
        refusal.Code.ShouldBe(code, string.Join(' ', shown));
        string zh = Spoken.Of(refusal, CultureInfo.GetCultureInfo("zh-CN")), en = Spoken.Of(refusal, CultureInfo.GetCultureInfo("en"));
        shown.Where(words => !zh.Contains(words, StringComparison.Ordinal) && !en.Contains(words, StringComparison.Ordinal)).ShouldBeEmpty($"{zh} / {en}");
        zh.ShouldNotBe(en);
    }
}
