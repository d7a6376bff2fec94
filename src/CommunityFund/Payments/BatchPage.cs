using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>A file that was taken for the bank.</summary>
public sealed record BatchFile(string Layout, string Format, string Sha256, string TakenBy, Instant TakenAt);

/// <summary>A result file that was read.</summary>
public sealed record BatchResult(string Name, int Rows, int Succeeded, int Failed, int LeftOpen, string ReadBy, Instant ReadAt);

/// <summary>A batch with its payments, its files, and what the reader may do about it.</summary>
public sealed record BatchView(
    long Id, LocalDate PayOn, string Account, string Bank, int Count, Amount Total, BatchState State, DebtStep Made, DebtStep? Released,
    DebtStep? Ended, IReadOnlyList<BatchRow> Rows, IReadOnlyList<BatchFile> Files, IReadOnlyList<BatchResult> Results,
    bool MayRelease, bool MayWithdraw, bool MayTake, bool MayRead, bool MayFail);

/// <summary>One batch of payments.</summary>
public sealed record BatchPage(long Batch) : Query<BatchView>
{
    internal override Need Needs => Need.Any(Paying.Readers).ForWholeBook();

    internal override async Task<BatchView> Answer(Work work, CancellationToken ct)
    {
        PaymentBatch batch = await work.Db.Set<PaymentBatch>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.PaymentBatchId == Batch, ct)
            ?? throw new RefusedException(PaymentBatch.Unknown, ("batch", Batch));
        OwnBankAccount from = (await OwnBankAccount.All(work, ct)).Single(account => account.Id == batch.BankAccountId);
        var files = await work.Db.Set<PaymentFile>().AsNoTracking().Where(row => row.BookId == work.Book && row.PaymentBatchId == Batch)
            .OrderBy(row => row.PaymentFileId).Select(row => new { row.Layout, row.Format, row.Sha256, row.TakenBy, row.TakenAt })
            .ToListAsync(ct);
        List<PaymentResult> results = await work.Db.Set<PaymentResult>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.PaymentBatchId == Batch).OrderBy(row => row.PaymentResultId).ToListAsync(ct);
        IEnumerable<long?> people = files.Select(file => (long?)file.TakenBy).Concat(results.Select(result => (long?)result.ReadBy));
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, people.Concat([batch.MadeBy, batch.ReleasedBy, batch.EndedBy]), ct);
        IReadOnlyList<BatchRow> rows =
            [.. (await BatchRow.Of(work, Batch, ct)).Select(row => row with { Number = Paying.Shown(work, row.Number) })];
        bool makes = work.Rights.ReachesAll(Paying.Making), approves = work.Rights.ReachesAll(Paying.Approving);
        bool isReleased = batch.State == BatchState.Released;
        return new BatchView(
            Batch, batch.PayOn, from.Number, from.Bank, batch.RowCount, Amount.Fen(batch.Total), batch.State,
            Step(batch.MadeBy, batch.MadeAt)!, Step(batch.ReleasedBy, batch.ReleasedAt), Step(batch.EndedBy, batch.EndedAt), rows,
            [
                .. files.Select(file => new BatchFile(PaymentLayout.Find(file.Layout)?.Name ?? file.Layout, file.Format,
                    Convert.ToHexStringLower(file.Sha256), names[file.TakenBy], file.TakenAt)),
            ],
            [
                .. results.Select(result => new BatchResult(result.FileName, result.RowCount, result.Succeeded, result.Failed, result.LeftOpen,
                    names[result.ReadBy], result.ReadAt)),
            ],
            MayRelease: batch.State == BatchState.Made && approves && batch.MadeBy != work.Actor,
            MayWithdraw: (makes || approves) && batch.State != BatchState.Withdrawn && files.Count == 0
                && rows.All(row => row.State is PaymentState.Waiting or PaymentState.Dropped
                    || (batch.State == BatchState.Made && row.State == PaymentState.Paid)),
            MayTake: isReleased && (makes || approves) && rows.Any(row => row.State == PaymentState.Waiting && !row.IsMet),
            MayRead: isReleased && makes && rows.Any(row => row.State is PaymentState.Waiting or PaymentState.Succeeded),
            MayFail: isReleased && approves && rows.Any(row => row.State is PaymentState.Waiting or PaymentState.Succeeded));

        DebtStep? Step(long? by, Instant? at) => by is { } who && at is { } then ? new DebtStep(names[who], then) : null;
    }
}
