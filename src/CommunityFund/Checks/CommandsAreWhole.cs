namespace CommunityFund.Checks;

/// <summary>Every logged command was answered and has its digest; a month that somebody closed is still closed.</summary>
internal sealed class CommandsAreWhole : BookCheck
{
    public override string Key => "commands";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from command_log where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Answers(book), Reopened(book)];

    private static FormattableString Answers(int book) => $"""
        select case when answer is null then 'command.unanswered' else 'command.digest' end as "Code",
               null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('name', name, 'key', key,
                                  'at', to_char(done_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'))::text as "Facts"
          from command_log where book_id = {book} and (answer is null or length(digest) <> 32)
        """;

    private static FormattableString Reopened(int book) => $"""
        select 'command.reopened' as "Code", null::bigint as "EntryNo", null::bigint as "VoucherId",
               jsonb_build_object('period', p.period, 'at', to_char(max(l.done_at) at time zone 'Asia/Shanghai',
                                                                    'YYYY-MM-DD HH24:MI'))::text as "Facts"
          from command_log l
          join period p on p.book_id = l.book_id and p.period::text in (l.input ->> 'Period', l.answer ->> 'Period')
         where l.book_id = {book} and l.name in ('CloseMonth', 'ClosePeriod') and l.answer is not null and p.closed_at is null
         group by p.period
        """;
}
