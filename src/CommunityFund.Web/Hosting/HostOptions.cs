namespace CommunityFund.Web.Hosting;

/// <summary>What the command line may say: --data DIR, --url URL, --empty. Everything else is ASP.NET's own.</summary>
internal sealed record HostOptions(string DataDirectory, string? Url, bool Empty, string[] Rest)
{
    public static HostOptions Parse(string[] args)
    {
        string data = "data";
        string? url = null;
        bool empty = false;
        List<string> rest = [];
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i].Split('=', 2))
            {
                case ["--empty"]:
                    empty = true;
                    break;
                case ["--data", var value]:
                    data = value;
                    break;
                case ["--url", var value]:
                    url = value;
                    break;
                case ["--data"] when i + 1 < args.Length:
                    data = args[++i];
                    break;
                case ["--url"] when i + 1 < args.Length:
                    url = args[++i];
                    break;
                default:
                    rest.Add(args[i]);
                    break;
            }
        }

        return new HostOptions(Path.GetFullPath(data), url, empty, [.. rest]);
    }
}
