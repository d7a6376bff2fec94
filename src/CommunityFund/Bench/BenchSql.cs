using System.Text;

namespace CommunityFund.Bench;

/// <summary>
/// The statements that only a benchmark needs: they write past the pages, into its own scratch PostgreSQL. They stand in
/// files of their own, so that no C# of the product holds a statement that writes the books.
/// </summary>
internal static class BenchSql
{
    public static string Prepare { get; } = Read("prepare");

    public static string FillHeaders { get; } = Read("fill-headers");

    public static string FillLines { get; } = Read("fill-lines");

    public static string FillVouchers { get; } = Read("fill-vouchers");

    public static string SetLeaves { get; } = Read("set-leaves");

    public static string BareTables { get; } = Read("bare-tables");

    public static string Post { get; } = Read("post");

    public static string Accounts { get; } = Read("accounts");

    private static string Read(string name)
    {
        using StreamReader reader = new(typeof(BenchSql).Assembly.GetManifestResourceStream($"bench/{name}.sql")!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
