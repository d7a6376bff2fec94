using CommunityFund.Books;
using CommunityFund.Checkpoints;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Periods;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Checkpoints;

/// <summary>A seal of the log: made at a close and on request, once for each size, and never again otherwise.</summary>
public sealed class CheckpointTests
{
    private static readonly LocalDate January = new(2026, 1, 20);

    private static readonly Words Words = Words.From([typeof(Words).Assembly]);

    [Fact]
    public async Task Sealed_twice_the_log_has_one_seal_with_one_time_and_one_signature()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        SealedLog first = await body.FinanceOfficer.Run(new SealLog(TestBody.Key));
        SignedCheckpoint made = await body.FinanceOfficer.Ask(new CheckpointNote(first.Size));
        body.Clock.Now += Duration.FromDays(1);
        SealedLog second = await body.Accountant.Run(new SealLog(TestBody.Key));
        second.ShouldBe(first with { IsNew = false });
        (await body.FinanceOfficer.Ask(new CheckpointNote(first.Size))).Note.ShouldBe(made.Note);
        (await body.FinanceOfficer.Ask(new CheckpointList())).Lines.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Each_seal_has_the_root_of_all_entries_and_goes_on_from_the_one_before()
    {
        await using TestBody body = await TestBody.New();
        (await body.Accountant.Run(new SealLog(TestBody.Key))).ShouldBe(
            new SealedLog(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", true), "an empty log has a root too");
        foreach (int gifts in new[] { 1, 2, 5 })
        {
            for (int i = 0; i < gifts; i++)
            {
                await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
            }

            SealedLog made = await body.Accountant.Run(new SealLog(TestBody.Key));
            (made.Root, made.IsNew).ShouldBe((Convert.ToHexStringLower((await LogOf(body, made.Size)).Root()), true));
        }

        (await body.Accountant.Ask(new CheckpointList())).Lines.Select(line => line.Checkpoint.Says.Size).ShouldBe([8, 3, 1, 0]);
        await using FundDb db = body.Db();
        Checkpoint last = await db.Set<Checkpoint>().OrderByDescending(row => row.Size).FirstAsync();
        last.Peaks.ShouldBe((await LogOf(body, 8)).Peaks);
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task Every_close_seals_the_log_with_its_own_vouchers_in_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        await body.Close(202601);
        body.Clock.Now += Duration.FromHours(1);
        await body.Close(202602);
        await body.Gift(TestBody.Community, 20, Restriction.Unrestricted);
        await body.FinanceOfficer.Run(new SealLog(TestBody.Key));
        SealsView view = await body.FinanceOfficer.Ask(new CheckpointList());
        view.Lines.Select(line => (line.Checkpoint.Says.Size, string.Join(' ', line.Closed))).ShouldBe(
            [(3, ""), (2, "2026-01 2026-02")], "nothing happened in February: the same seal closes it");
        view.Lines.ShouldAllBe(line => line.State == SealState.Holds);
        (view.Body, view.Book, view.Entries, view.IsCurrent).ShouldBe(("测试慈善会", "test", 3, true));
        (await Entries(body)).ShouldBe(["记", "转", "记"]);
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task Who_may_not_take_the_books_away_does_not_seal_them_or_see_their_seals()
    {
        await using TestBody body = await TestBody.New();
        (await RefusalOf(() => body.Reviewer.Run(new SealLog(TestBody.Key)))).Code.ShouldBe(Need.Missing);
        (await RefusalOf(() => body.Reviewer.Ask(new CheckpointList()))).Code.ShouldBe(Need.Missing);
        (await RefusalOf(() => body.Reviewer.Ask(new CheckpointNote(0)))).Code.ShouldBe(Need.Missing);
        Refusal no = await RefusalOf(() => body.Accountant.Ask(new CheckpointNote(7)));
        no.Code.ShouldBe(CheckpointNote.Unknown);
        Words.Of(no).ShouldContain("7");
    }

    [Fact]
    public async Task A_seal_taken_away_proves_itself_by_the_published_key_and_anybody_reads_that()
    {
        await using TestBody body = await TestBody.New();
        PublishedView before = await body.Foundation.Visitor().Ask(new PublishedLog());
        before.Seals.ShouldBeEmpty();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Accountant.Run(new SealLog(TestBody.Key));
        string file = (await body.Accountant.Ask(new CheckpointNote(1))).Note;
        PublishedView published = await body.Foundation.Visitor().Ask(new PublishedLog());
        published.Key.Pem.ShouldBe(before.Key.Pem, "the key is there before anything is sealed");
        LogPublicKey.ReadPem(published.Key.Pem)!.Signed(SignedCheckpoint.Read(file)!).ShouldBeTrue();
        PublishedSeal seal = published.Seals.Single();
        (seal.Body, seal.Checkpoint.Note).ShouldBe(("测试慈善会", file));
        (file, published.Earlier.Count).ShouldBe((file.Trim() + "\n", 0));
        file.ShouldStartWith("communityfund checkpoint cp1\nbook test\nsize 1\nroot ");
    }

    [Fact]
    public async Task Another_installation_key_signs_from_then_on_and_old_signatures_still_hold()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Accountant.Run(new SealLog(TestBody.Key));
        Foundation restored = new(body.Connections.Books, body.Clock, [.. Enumerable.Repeat((byte)7, 32)]);
        SealsView view = await restored.SessionOf(3, body.Book).Ask(new CheckpointList());
        view.Lines.Single().State.ShouldBe(SealState.HoldsByEarlierKey);
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        await restored.SessionOf(3, body.Book).Run(new SealLog(TestBody.Key));
        (await restored.SessionOf(3, body.Book).Ask(new CheckpointList())).Lines.Select(line => line.State)
            .ShouldBe([SealState.Holds, SealState.HoldsByEarlierKey]);
        PublishedView published = await restored.Visitor().Ask(new PublishedLog());
        (published.Earlier.Single().Key.Shown, published.Key.Shown == view.Key.Shown).ShouldBe(
            ((await body.Accountant.Ask(new CheckpointList())).Key.Shown, true));
        (await restored.SessionOf(3, body.Book).Ask(new CheckBooks())).IsClean.ShouldBeTrue();
    }

    [Fact]
    public void A_number_that_is_no_private_key_is_drawn_again()
    {
        byte[] order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), least = new byte[32];
        least[31] = 1;
        Dictionary<string, byte[]> draws = new()
        {
            ["checkpoints"] = new byte[32],
            ["checkpoints 2"] = order,
            ["checkpoints 3"] = [.. Enumerable.Repeat((byte)0xff, 32)],
            ["checkpoints 4"] = least,
        };
        List<string> asked = [];
        CheckpointSigner.SecretOf(purpose =>
        {
            asked.Add(purpose);
            return draws[purpose];
        }).ShouldBe(least);
        asked.ShouldBe(draws.Keys);
        order[31]--;
        CheckpointSigner.SecretOf(_ => order).ShouldBe(order, "one less than the order is the largest key there is");
    }

    [Fact]
    public async Task Whoever_seals_while_others_post_seals_what_the_log_then_is()
    {
        await using TestBody body = await TestBody.New();
        await Task.WhenAll([
            .. Enumerable.Range(0, 8).Select(_ => (Task)body.Gift(TestBody.Community, 10, Restriction.Unrestricted)),
            .. Enumerable.Range(0, 12).Select(_ => (Task)body.FinanceOfficer.Run(new SealLog(TestBody.Key))),
        ]);
        await body.FinanceOfficer.Run(new SealLog(TestBody.Key));
        SealsView view = await body.FinanceOfficer.Ask(new CheckpointList());
        (view.IsCurrent, view.Entries).ShouldBe((true, 8));
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task A_log_that_lost_entries_is_not_sealed_and_no_month_is_closed_over_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted, January);
        await body.Accountant.Run(new SealLog(TestBody.Key));
        await CheckedBody.Plant(body, "delete from posting where entry_no = 2; delete from journal_entry where entry_no = 2");
        Refusal no = await RefusalOf(() => body.Accountant.Run(new SealLog(TestBody.Key)));
        (no.Code, no.Facts["size"], no.Facts["entries"]).ShouldBe((Checkpoint.LogBroken, 2L, 1L));
        Words.Of(no).ShouldContain("2");
    }

    [Fact]
    public async Task An_installation_that_closed_months_before_there_were_seals_begins_with_the_next_one()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        await body.Close(202601);
        await CheckedBody.Plant(body, "delete from closing_checkpoint; delete from checkpoint; delete from checkpoint_key");
        await CheckedBody.IsClean(body);
        body.Clock.Now += Duration.FromHours(1);
        await body.Close(202602);
        await using FundDb db = body.Db();
        (await db.Set<ClosingCheckpoint>().Select(row => row.Period).ToListAsync()).ShouldBe([202602]);
        Checkpoint made = await db.Set<Checkpoint>().SingleAsync();
        made.Root.ShouldBe((await LogOf(body, 2)).Root());
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task Older_seals_come_page_by_page()
    {
        await using TestBody body = await TestBody.New();
        for (int i = 0; i < 4; i++)
        {
            await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
            await body.Accountant.Run(new SealLog(TestBody.Key));
        }

        (await body.Accountant.Ask(new CheckpointList(3))).Lines.Select(line => line.Checkpoint.Says.Size).ShouldBe([2, 1]);
        (await body.Accountant.Ask(new CheckpointList(1))).Lines.ShouldBeEmpty();
        (await body.Accountant.Ask(new CheckpointList())).Before.ShouldBeNull();
    }

    private static async Task<MerkleRoot> LogOf(TestBody body, long size)
    {
        await using FundDb db = body.Db();
        MerkleRoot log = new();
        foreach (byte[] leaf in await db.Entries.Where(row => row.EntryNo <= size).OrderBy(row => row.EntryNo).Select(row => row.Leaf).ToListAsync())
        {
            log.Add(leaf);
        }

        return log;
    }

    private static async Task<List<string>> Entries(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Entries.OrderBy(row => row.EntryNo).Select(row => row.Series).ToListAsync();
    }
}
